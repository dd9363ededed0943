"""The fields that a text of a notice may use: one list in one place."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# An example of each field (its type tells what a text may do with it) and its meaning.
TEXT_FIELDS = {
    "company_name": ("My Company", _lt("Your company")),
    "company_phone": ("+33 1 02 03 04 05", _lt("Your company's phone number")),
    "company_email": ("info@example.com", _lt("Your company's e-mail address")),
    "user_name": ("Alex Martin", _lt("Who follows this customer")),
    "user_title": ("Credit Manager", _lt("Their job")),
    "user_phone": ("+33 1 02 03 04 06", _lt("Their phone number")),
    "user_email": ("alex@example.com", _lt("Their e-mail address")),
    "partner_name": ("Atelier Dupont SAS", _lt("The customer")),
    "partner_ref": ("C0042", _lt("The customer's reference")),
    "contact_name": ("Claude Petit", _lt("The person written to; empty: nobody named")),
    "one": (True, _lt("Yes when one invoice is claimed")),
    "many": (False, _lt("Yes when several invoices are claimed")),
    "count": (1, _lt("Number of invoices claimed")),
    "number": ("FAC/2026/00123", _lt("Number of the oldest invoice claimed")),
    "invoice_date": ("1 October 2026", _lt("Date of that invoice")),
    "due_date": ("31 October 2026", _lt("Due date of that invoice")),
    "residual": ("€1,200.00", _lt("Open amount of that invoice")),
    "max_days_late": (21, _lt("Days since the oldest due date claimed")),
    "total_claimed": ("€1,000.00", _lt("Total claimed by this notice")),
    "total_overdue": (
        "€1,200.00",
        _lt("Open amount of the items, before credits and disputed parts"),
    ),
    "total_credits": ("€200.00", _lt("Credits deducted")),
    "has_credits": (True, _lt("Yes when credits are deducted")),
    "disputed": (False, _lt("Yes when the customer disputes something")),
    "total_disputed": ("€0.00", _lt("Total disputed, not claimed")),
    "statement_date": ("21 November 2026", _lt("Today")),
    "deadline_date": ("29 November 2026", _lt("Last day to pay")),
    "deadline_days": (8, _lt("Days granted to pay")),
    "deadline_days_words": ("eight", _lt("The same in words")),
    "previous": (True, _lt("Yes when the customer was reminded of these invoices")),
    "previous_count": (2, _lt("Number of these reminders")),
    "previous_date": ("12 November 2026", _lt("Date of the last one")),
    "previous_dates": ("5 and 12 November 2026", _lt("Dates of all of them")),
    "formal_notice_date": ("20 November 2026", _lt("Date of the formal notice")),
    "formal_notice_number": ("MED/2026/00007", _lt("Number of the formal notice")),
    "account_holder": ("My Company", _lt("Holder of the bank account to pay to")),
    "iban": ("FR76 3000 6000 0112 3456 7890 189", _lt("Its IBAN")),
    "bic": ("AGRIFRPP", _lt("Its BIC")),
    "payment_reference": ("RF18 5390 0754 7034", _lt("Reference of the payment")),
    "consequence": ("…", _lt("What follows, as written on the level")),
    "last": (False, _lt("Yes when no written level comes after this one")),
    "fr": (True, _lt("Yes when your company is in France")),
    "fr_b2b": (True, _lt("Yes when, besides, the customer is a company")),
}
TEXT_FIELD_EXAMPLES = {name: example for name, (example, _) in TEXT_FIELDS.items()}
