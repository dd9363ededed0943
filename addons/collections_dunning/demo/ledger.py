"""What the customers of the demo company bought, and when they paid.

Plain Python without the ORM: the same day always gives the same ledger.
"""

import random
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = 24
OLDEST = 725  # days
SILENT_SINCE = 200  # days: since then the silent customers have paid nothing


class Habit(NamedTuple):
    """How a kind of customer buys and pays."""

    invoices: tuple  # fewest and most
    days_late: tuple  # fewest and most; negative: before the due date
    oldest: int = OLDEST
    part_payments: bool = False


HABITS = {
    "punctual": Habit(invoices=(11, 13), days_late=(-8, 1)),
    "slow": Habit(invoices=(11, 13), days_late=(6, 28)),
    "chronic": Habit(invoices=(10, 12), days_late=(35, 110), part_payments=True),
    "silent": Habit(invoices=(5, 6), days_late=(5, 30)),
    "new": Habit(invoices=(2, 3), days_late=(5, 40), oldest=80),
}

# Days from the invoice to each of its equal installments.
TERMS = {"30": (30,), "45": (45,), "30/60": (30, 60)}

# French and English label, price in euros, largest quantity.
CATALOGUE = [
    ("Suspension Alba, laiton brossé", "Alba pendant, brushed brass", 189.0, 12),
    ("Applique Orée, verre soufflé", "Orée wall light, blown glass", 124.5, 16),
    ("Lampadaire Nocturne", "Nocturne floor lamp", 342.0, 6),
    ("Ruban LED 24 V, rouleau de 5 m", "LED strip 24 V, 5 m reel", 48.9, 30),
    ("Variateur mural", "Wall dimmer", 36.0, 20),
    ("Étude d'éclairage (jour)", "Lighting design (day)", 640.0, 4),
    ("Pose et réglage (jour)", "Fitting and setting (day)", 480.0, 5),
    ("Contrat d'entretien, trimestre", "Maintenance contract, quarter", 290.0, 2),
]

# Units of a currency for one euro around which the demo's rates swing.
RATES = {"USD": 1.09, "GBP": 0.855, "CHF": 0.95}


# Invoices of which nothing was paid, by what they are made to show: customer, days ago.
UNPAID = {
    "just_late": ("quai_vert", 33),
    "first_reminder": ("bellecombe", 37),
    "first_reminder_as_well": ("trois_pins", 40),
    "second_reminder": ("mirabelle", 52),
    "second_reminder_abroad": ("bluebird", 54),
    "formal_notice": ("bastide", 67),
    "formal_notice_as_well": ("marchand", 69),
    "late_without_email": ("petitjean", 41),
    "disputed": ("auriol", 47),
    "part_credited": ("corail", 56),
    "covered": ("fournil", 61),
    "excluded": ("belle_etoile", 72),
    "paused": ("verriere", 78),
    "late_abroad": ("kestrel", 84),
    "never_answered": ("opale", 96),
    "one_of_two_due": ("perrache", 44),
    "not_delivered": ("soleil_levant", 46),
    "direct_debit": ("cedres", 51),
    "rejected": ("vauban", 38),
    "to_allocate": ("rousseau", 43),
    "bill": ("delorme", 63),
    "retention": ("saint_aubin", 75),
    "factored": ("orme", 48),
    "insolvency": ("tanneurs", 66),
    "old_debt": ("marchand", 400),
    "by_hand": ("seefeld", 55),
    "promise": ("horizon", 42),
    "promise_not_kept": ("prinsen", 58),
    "strategic": ("deux_rives", 56),
    # More than half a year late: the rate changed in between.
    "two_half_years": ("grand_large", 215),
    "public_buyer": ("saint_aubin", 70),
    "public_suspended": ("valmont", 95),
    "consumer": ("castan", 62),
}


class Item(NamedTuple):
    product: int  # position in CATALOGUE
    quantity: int


class Payment(NamedTuple):
    date: date
    share: float  # of the invoice's total


class Invoice(NamedTuple):
    customer: str
    date: date
    term: str
    items: tuple
    payments: tuple
    case: str = ""  # key of UNPAID


def plan_invoices(customers, today):
    """Return the invoices of the last two years, oldest first.

    :param customers: what ``customers.CUSTOMERS`` holds.
    :param date today: day on which the ledger is looked at; nothing is later.
    :rtype: list(Invoice)
    """
    invoices = [
        invoice for customer in customers for invoice in _plan_customer(customer, today)
    ]
    terms = {customer.key: customer.term for customer in customers}
    for case, (key, age) in UNPAID.items():
        day = today - timedelta(days=age)
        items = _draw_items(random.Random(case))
        invoices.append(Invoice(key, day, terms[key], items, (), case))
    return sorted(invoices, key=lambda invoice: (invoice.date, invoice.customer))


def _plan_customer(customer, today):
    habit = HABITS[customer.habit]
    draw = random.Random(customer.key)
    count = draw.randint(*habit.invoices)
    for rank in range(count):
        # Closer to each other the more recent they are: business is growing.
        share = (rank + draw.uniform(0.25, 0.75)) / count
        age = 2 + int(habit.oldest * share**1.5)
        day = today - timedelta(days=age)
        yield Invoice(
            customer=customer.key,
            date=day,
            term=customer.term,
            items=_draw_items(draw),
            payments=_draw_payments(draw, customer, habit, day, today),
        )


def _draw_items(draw):
    products = draw.sample(range(len(CATALOGUE)), draw.choice((1, 1, 2, 3)))
    return tuple(Item(p, draw.randint(1, CATALOGUE[p][3])) for p in products)


def _draw_payments(draw, customer, habit, day, today):
    """Return what was paid of an invoice until today."""
    days = TERMS[customer.term]
    payments = []
    for due_in in days:
        paid_on = day + timedelta(days=due_in + draw.randint(*habit.days_late))
        in_parts = habit.part_payments and draw.random() < 0.35
        share = 1 / len(days)
        if in_parts:
            payments.append(Payment(paid_on, 0.4 * share))
            paid_on += timedelta(days=draw.randint(30, 60))
            share *= 0.6
        payments.append(Payment(paid_on, share))
    silent_since = today - timedelta(days=SILENT_SINCE)
    if customer.habit == "silent" and day > silent_since:
        return ()
    return tuple(p for p in payments if p.date <= today)


def plan_rates(currency, today):
    """Return the month's rate of a currency for each month of the ledger.

    :param str currency: key of ``RATES``.
    :param date today: day on which the ledger is looked at.
    :return: pairs of the first day of a month and the units for one euro.
    :rtype: list(tuple(date, float))
    """
    draw = random.Random(currency)
    month = today.replace(day=1)
    rates = []
    for _month in range(MONTHS + 2):
        rates.append((month, round(RATES[currency] * draw.uniform(0.97, 1.03), 4)))
        month = (month - timedelta(days=1)).replace(day=1)
    return rates
