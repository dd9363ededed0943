"""Vocabulary shared by the models of disputes."""

# Where a case stands; the last two end it.
CASE_STATES = [
    ("new", "New"),
    ("review", "Under Review"),
    ("waiting_customer", "Waiting for Customer"),
    ("waiting_us", "Waiting for Us"),
    ("resolved", "Resolved"),
    ("rejected", "Rejected"),
]
OPEN_STATES = ("new", "review", "waiting_customer", "waiting_us")
CLOSED_STATES = ("resolved", "rejected")

# How a case reached us.
ORIGINS = [
    ("invoice", "Invoice"),
    ("notice", "Notice"),
    ("email", "E-mail"),
    ("phone", "Phone Call"),
    ("portal", "Customer Portal"),
]

# Whose fault it was.
SIDES = [
    ("us", "Us"),
    ("customer", "Customer"),
    ("carrier", "Carrier"),
    ("supplier", "Supplier"),
    ("nobody", "Nobody"),
]

# Who in the company can answer.
DEPARTMENTS = [
    ("billing", "Billing"),
    ("sales", "Sales"),
    ("logistics", "Logistics"),
    ("quality", "Quality"),
    ("tax", "Tax"),
    ("treasury", "Treasury"),
]

# How a case ends, and the state it ends in.
RESOLUTIONS = [
    ("credit_note", "Credit Note"),
    ("corrected_invoice", "Corrected Invoice"),
    ("document", "Document Sent"),
    ("redone", "Goods or Service Redone"),
    ("goodwill", "Goodwill"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn by Customer"),
    ("paid", "Paid"),
]
# The customer was right: nothing is claimed of what he disputed.
FOUND_JUSTIFIED = ("credit_note", "corrected_invoice", "goodwill")
# The debt stands: dunning goes on with a new date to pay.
DEBT_STANDS = ("document", "redone", "rejected", "withdrawn")
# What whoever owns a case may do without being a Collector: it costs nothing.
OWNER_RESOLUTIONS = ("document", "redone")
# Days to pay that the customer is given when the debt stands.
DAYS_TO_PAY = 8
# Days to pay that only a Credit Manager goes beyond.
MOST_DAYS_TO_PAY = 60
