"""Vocabulary shared by the models: one list in one place.

The labels are translated where a Selection field shows them.
"""

# The tests of the assessment in their order: the first that refuses an item gives
# the reason of its decision. "dunned" is what is left when nothing refused it.
REASONS = [
    ("credit", "Credit"),
    ("no_partner", "No customer"),
    ("non_trade", "Not a trade receivable"),
    ("no_followup", "Excluded from dunning"),
    ("insolvency", "Insolvency"),
    ("escalated", "With an agency or in court"),
    ("disputed", "Disputed"),
    ("promise", "Promise to pay"),
    ("payment_plan", "Payment plan"),
    ("paused", "Paused"),
    ("old_debt", "Old debt, to be decided"),
    ("not_delivered", "Invoice not delivered"),
    ("direct_debit", "Direct debit"),
    ("bill", "Bill of exchange"),
    ("retention", "Retention money"),
    ("factored", "Factored"),
    ("payment_in_process", "Payment in process"),
    ("to_allocate", "Payment to allocate"),
    ("covered_by_credit", "Covered by a credit or a payment"),
    ("not_due", "Not due"),
    ("waiting", "Waiting for the next level"),
    ("notice_pending", "On a pending notice"),
    ("below_minimum", "Below the minimum"),
    ("no_recipient", "No recipient"),
    ("no_procedure", "No procedure"),
    ("exhausted", "Procedure finished, to be decided"),
    ("by_hand", "Dunned by hand"),
    ("dunned", "Dunned"),
]

# Reasons that come from dunning.hold, in the order of the tests.
HOLD_REASONS = [
    reason
    for reason in REASONS
    if reason[0]
    in (
        "insolvency",
        "escalated",
        "disputed",
        "promise",
        "payment_plan",
        "paused",
        "old_debt",
        "retention",
        "factored",
    )
]
# Once such a hold has ended, the debtor gets a new date to pay before anything else.
STOP_REASONS = ("disputed", "promise", "payment_plan", "paused")

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("registered_letter", "Registered letter"),
    ("phone", "Phone call"),
    ("task", "Task"),
]
LETTER_CHANNELS = ("letter", "registered_letter")
# Channels whose notice is an activity: the notice is sent when the activity is done.
ACTIVITY_CHANNELS = ("phone", "task")

TONES = [
    ("soft", "Soft"),
    ("standard", "Standard"),
    ("firm", "Firm"),
]

NOTICE_STATES = [
    ("draft", "Draft"),
    ("queued", "Queued"),
    ("sending", "Sending"),
    ("printed", "Printed"),
    ("sent", "Sent"),
    ("in_doubt", "In doubt"),
    ("failed", "Failed"),
    ("bounced", "Bounced"),
    ("cancelled", "Cancelled"),
]
# A level counts as sent only in these states.
SENT_STATES = ("sent",)
# An item on a notice in one of these states waits for that notice's end.
ON_ITS_WAY_STATES = ("queued", "sending", "printed", "in_doubt")
PENDING_STATES = ("draft", *ON_ITS_WAY_STATES)
# The lines of a notice in one of these states leave no trace on levels.
DEAD_STATES = ("failed", "bounced", "cancelled")

# Money that is said to be on its way, or waits to be allocated, counts so long.
WORKING_DAYS = 5

# Levels that an event brings about, whatever the days late.
EVENTS = [
    ("after_stop", "After a Stop"),
    ("rejected", "Payment Rejected"),
    ("installment_coming", "Installment Falls Due Soon"),
    ("installment_missed", "Installment Missed"),
    ("installment_formal", "Formal Notice of an Installment"),
    ("plan_accelerated", "Balance of a Plan Due at Once"),
    ("plan_completed", "Payment Plan Completed"),
]
# Of these, what a payment plan brings about: notices about it, not about items.
PLAN_EVENTS = (
    "installment_coming",
    "installment_missed",
    "installment_formal",
    "plan_accelerated",
    "plan_completed",
)

# Where French law rules: France and its overseas departments and collectivities.
FRENCH_LAW = ("FR", "BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT")

# Who configures, approves and waives.
MANAGER = "collections_dunning.collections_dunning_group_manager"

# Whose debt it is: the law of late payment differs.
DEBTOR_TYPES = [
    ("professional", "Business"),
    ("public", "Public Buyer"),
    ("consumer", "Consumer"),
]
# Of most public buyers: article R2192-10 of the French public procurement code.
PUBLIC_PAYMENT_DAYS = 30
# Fewest days to pay once a suspension has ended: article R2192-29 of the same code.
PUBLIC_RESUMED_DAYS = 30
# What becomes of interest and compensation: on a level, and on one debtor.
CHARGING = [
    ("none", "Not Mentioned"),
    ("show", "Shown"),
    ("claim", "Claimed"),
]
DEBTOR_CHARGING = [
    ("show", "Shown Only"),
    ("claim", "Claimed"),
    ("waive", "Waived"),
]
# Published rates to which a regime adds its points; one value for each half-year.
RATE_SERIES = [
    ("ecb", "ECB, main refinancing operations"),
    ("fr_legal_professional", "French legal rate, businesses"),
    ("fr_legal_individual", "French legal rate, individuals"),
    ("de_base", "German base rate"),
    ("at_base", "Austrian base rate"),
    ("boe", "Bank of England, bank rate"),
]
# Who a text of a level is for, when it is not for everybody.
AUDIENCES = [
    ("public", "Public Buyer"),
    ("consumer", "Consumer"),
    ("export", "Customer Abroad"),
]

# Begins the message kind of notices about invoices of late interest.
LATE_CHARGE_KIND = "late_charge_"

# Why a person should look at a draft before it leaves, the gravest first.
REVIEW_REASONS = [
    ("no_recipient", "No recipient"),
    ("missing_rate", "Interest rate missing"),
    ("first_formal", "First formal notice"),
    ("late_for_once", "Late for once"),
    ("foreign_credit", "Credit in another currency"),
    ("recent_receipt", "Receipt within 10 days"),
    ("open_credit", "Unallocated credit"),
    ("after_pause", "A pause has ended"),
    ("new_procedure", "Procedure changed in the middle"),
    ("address_refused", "Address refused: another one used"),
    ("new_recipient", "New recipient"),
    ("missing_copy", "Copy to somebody outside missing"),
    ("missing_deposit", "Deposit date missing"),
    ("firmer_tone", "Firmer tone than last time"),
    ("strategic", "Strategic customer"),
    ("large_amount", "Large amount"),
    ("slow_period", "Slow period"),
]

# How the debtor's notices are released, and how its items share them.
DUNNING_MODES = [
    ("automatic", "Automatic"),
    ("approval", "With Approval"),
    ("by_hand", "By Hand"),
]
GROUPINGS = [
    ("debtor", "One Message per Customer"),
    ("address", "One per Invoice Address"),
    ("reference", "One per Customer Reference"),
]

# What a person decides on a draft. A formal notice somebody approved is another one
# once one of these is changed; the responsible is who signs it and gets the answers.
NOTICE_CONTENT = {
    "recipient_id",
    "copy_ids",
    "channel",
    "tone",
    "responsible_id",
    "signatory_id",
    "custom_subject",
    "custom_body",
    "charging",
}

# A payment that the customer has announced.
PROMISE_STATES = [
    ("open", "Under Way"),
    ("kept", "Kept"),
    ("partly", "Partly Kept"),
    ("broken", "Broken"),
    ("cancelled", "Cancelled"),
]
# How something reached us.
ARRANGEMENT_ORIGINS = [
    ("phone", "Phone Call"),
    ("reply", "Reply"),
    ("portal", "Customer Portal"),
    ("other", "Other"),
]

# A written schedule: proposed to the customer, accepted by him, watched by us. Labels
# of its own where another language needs another gender than that of notices.
PLAN_STATES = [
    ("draft", "Draft"),
    ("proposed", "To Be Signed"),
    ("accepted", "In Force"),
    ("late", "Late"),
    ("broken", "Broken Off"),
    ("completed", "Completed"),
    ("replaced", "Replaced"),
    ("cancelled", "Dropped"),
]
# Why a customer or some items are left alone for a while; insolvency proceedings have a
# record of their own.
PAUSE_REASONS = [
    ("agreement", "Agreed with the Customer"),
    ("investigation", "Investigation"),
    ("commercial", "Commercial Gesture"),
    ("deceased", "Customer Deceased"),
    ("wrong_address", "Wrong Address"),
    ("other", "Other"),
]
# The days for which each is proposed, and those for which it may last at most.
PAUSE_DAYS = {
    "agreement": 30,
    "investigation": 14,
    "commercial": 30,
    "deceased": 90,
    "wrong_address": 30,
    "other": 14,
}
PAUSE_MAX_DAYS = 366
# Nobody gets a reminder by machine once one of these has ended.
PAUSE_APPROVED_AFTER = ("deceased", "wrong_address")
PAUSE_STATES = [
    ("planned", "Planned"),
    ("running", "Running"),
    ("ended", "Ended"),
]

# Why nobody asks for an open item, without a date that brings it back. Somebody decided
# it; or the last run could do no more, and its reason does not change by itself.
SLEEPING_CAUSES = [
    ("no_followup", "Excluded from dunning"),
    ("blocked", "Invoice blocked"),
    ("hold", "Held without an end"),
    ("old_debt", "Old debt, to be decided"),
    ("final", "Excluded for good"),
    ("by_hand", "By hand, without a review date"),
    ("part", "A part held without an end"),
]
SLEEPING_REASONS = (
    "no_partner",
    "not_delivered",
    "direct_debit",
    "bill",
    "retention",
    "factored",
    "no_recipient",
    "no_procedure",
    "exhausted",
)

# The customer signed, and has not broken it: its items are not dunned.
LIVE_PLAN_STATES = ("accepted", "late")
# What becomes of interest that goes on while a plan is respected.
PLAN_INTEREST = [
    ("kept", "Goes On"),
    ("capped", "Capped on the Day of the Plan"),
    ("waived", "Waived if the Plan Is Respected"),
]
PLAN_INTERVALS = [
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
]
INSTALLMENT_STATES = [
    ("coming", "To Come"),
    ("partly", "Paid in Part"),
    ("paid", "Paid"),
    ("missed", "Missed"),
]

# Less than what is owed, paid by a date.
SETTLEMENT_KINDS = [
    ("waiver", "The Rest Is Waived"),
    ("reduction", "Reduced While Respected"),
]
SETTLEMENT_STATES = [
    ("draft", "Draft"),
    ("offered", "Offered"),
    ("accepted", "Accepted"),
    ("paid", "Paid"),
    ("lapsed", "Lapsed"),
    ("cancelled", "Cancelled"),
]

# Days for which the link of a message opens the customer's page.
PORTAL_LINK_DAYS = 60
# What a customer may do alone on the page of his account.
PORTAL_PROMISE_DAYS = 15
PORTAL_PROMISES_PER_ITEM = 2
PORTAL_PROOF_DAYS = 5
PORTAL_MAX_FILES = 3
PORTAL_MAX_FILE_BYTES = 10 * 1024 * 1024
PORTAL_MAX_WORDS = 5000
# How often forms may be sent in an hour: of one customer, and from one address.
# Generous: a whole company may share an address.
PORTAL_FORMS_PER_HOUR = {"debtor": 30, "ip": 100}
# One-time codes to sign with.
PORTAL_CODE_MINUTES = 15
PORTAL_CODE_ATTEMPTS = 5
PORTAL_CODES_PER_HOUR = {"debtor": 5, "ip": 20}

# What becomes of an order past the credit limit, or with too old a debt. The further
# down, the stricter.
CREDIT_ACTIONS = [
    ("none", "Nothing"),
    ("warn", "Warn"),
    ("approve", "Ask for Approval"),
    ("block", "Block"),
]

# Held for these reasons an item is no ground to stop deliveries: what was agreed is
# respected, or it may rightly not be paid (code de commerce, article L622-13: supplies
# go on after the judgment, whatever was owed before).
AGREED_REASONS = ("disputed", "payment_plan", "insolvency")

# Payment behaviour: what is looked at, and what paying on time means.
BEHAVIOUR_MONTHS = 12
ON_TIME_DAYS = 3
# With fewer invoices settled in that time too little is known of a customer.
SETTLED_MINIMUM = 5
# From 100 points each figure takes some off: name, measure in SQL, points for one
# unit of it, and the most that it takes off.
GRADE_FACTORS = [
    ("late", "late_days_average", 1.0, 40),
    ("not_on_time", "100 - on_time_share", 0.3, 30),
    ("trend", "late_days_trend", 0.5, 10),
    ("oldest", "oldest_late_days", 0.3, 15),
    ("notices", "notices_per_invoice", 5.0, 10),
    (
        "promises",
        "CASE WHEN promise_count > 0 THEN 100 - promise_kept_share END",
        0.1,
        10,
    ),
]
# The least points of each grade, the best first.
GRADES = [("A", 80), ("B", 60), ("C", 40), ("D", -1000)]

# What the conditions of a segment look at. Months count when they are over.
SEGMENT_FIGURES = [
    ("late_days_average", "Average Days Late"),
    ("on_time_share", "Paid on Time (%)"),
    ("late_days_trend", "Trend (Days)"),
    ("oldest_late_days", "Oldest Open Item (Days Late)"),
    ("notices_per_invoice", "Notices per Invoice"),
    ("promise_kept_share", "Promises Kept (%)"),
    ("settled_count", "Invoices Settled"),
    ("grade_points", "Points of the Grade"),
    ("months_known", "Months since the First Invoice"),
    ("sales_amount", "Sales of the Last 12 Months"),
    ("overdue_amount", "Overdue Amount"),
]
SEGMENT_OPERATORS = [
    ("at_least", "At Least"),
    ("at_most", "At Most"),
]

# Whose doing it is that an invoice is paid late.
LATE_SIDES = [
    ("us", "Us"),
    ("customer", "The Customer"),
    ("dispute", "Dispute"),
]

# What secures a claim on a customer.
GUARANTEE_KINDS = [
    ("surety", "Surety"),
    ("title", "Retention of Title"),
    ("bank", "Bank Guarantee"),
    ("other", "Other"),
]
CREDIT_REQUEST_STATES = [
    ("draft", "Draft"),
    ("asked", "To Approve"),
    ("granted", "Granted"),
    ("refused", "Turned Down"),
    ("replaced", "Superseded"),
    ("ended", "Ended"),
    ("cancelled", "Withdrawn"),
]
# So many days before a guarantee, a cover or a limit ends, somebody is told.
CREDIT_END_DAYS = 30
# So many days before the last day to declare an unpaid item to the insurer.
DECLARE_NOTICE_DAYS = 15
# French insolvency proceedings (book VI of the commercial code).
INSOLVENCY_KINDS = [
    ("safeguard", "Safeguard"),
    ("receivership", "Receivership"),
    ("liquidation", "Judicial Liquidation"),
]
INSOLVENCY_STATES = [
    ("open", "Under Way"),
    ("plan", "Court Plan in Force"),
    ("closed", "Closed"),
]
INSOLVENCY_OUTCOMES = [
    ("insufficient", "Closed for Insufficient Assets"),
    ("plan_done", "Court Plan Carried Out"),
    ("paid", "All Liabilities Paid"),
    ("annulled", "Judgment Set Aside"),
    ("mistake", "Recorded by Mistake"),
]
# As if there had been no proceedings: what was stopped is dunned again.
VOID_OUTCOMES = ("annulled", "mistake")
# When a claim was born: before the judgment that opened the proceedings, or after.
CLAIM_BIRTHS = [
    ("before", "Before the Judgment"),
    ("straddling", "On Both Sides of It"),
    ("after", "After the Judgment"),
]
# What the law gives to a claim besides its place among all others.
CLAIM_RANKS = [
    ("unsecured", "Unsecured"),
    ("preferential", "Preferential"),
]
# Who is late for once gets each level so many days later.
GENTLE_DAYS = 5
