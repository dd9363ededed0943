"""What payments have made of installments: the oldest is paid first."""

import datetime
from dataclasses import dataclass
from decimal import Decimal


@dataclass
class Match:
    """What has come of one installment.

    :ivar Decimal covered: paid or credited.
    :ivar date paid_on: day on which it was covered whole; None while it is not, and
        when nothing but credit covers it.
    """

    covered: Decimal = Decimal(0)
    paid_on: datetime.date = None


def match_payments(amounts, payments, credited=Decimal(0)):
    """Share payments and credits among installments.

    Payments count for the oldest installment that is open, also when they come as one
    sum, early or late. What was credited was never owed: it shortens the plan from its
    end, so that no customer is behind, or ahead, because of it.

    :param list(Decimal) amounts: of the installments, in order of their dates.
    :param list payments: (date, Decimal), in order of time.
    :param Decimal credited: lowered the debt since the plan was made.
    :return: one for each installment.
    :rtype: list(Match)
    """
    matches = [Match() for _amount in amounts]
    left = Decimal(credited)
    for match, amount in reversed(list(zip(matches, amounts, strict=True))):
        match.covered = min(left, amount)
        left -= match.covered
    queue = list(payments)
    for match, amount in zip(matches, amounts, strict=True):
        while queue and match.covered < amount:
            day, paid = queue.pop(0)
            part = min(paid, amount - match.covered)
            match.covered += part
            if match.covered == amount:
                match.paid_on = day
            if part < paid:
                queue.insert(0, (day, paid - part))
    return matches
