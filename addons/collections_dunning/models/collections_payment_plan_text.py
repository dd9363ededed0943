import re

from odoo import api, fields, models

from ..tools import creditor_reference

REPORT = "collections_dunning.collections_payment_plan_report"
# Formal notices name the article with the acceleration clause: it keeps its place.
ACCELERATION_ARTICLE = 6
# A reference within what a bank prints around it.
REFERENCE = re.compile(r"(RF\d\d|)PP(\d{8})(?!\d)")


class CollectionsPaymentPlan(models.Model):
    """The agreement of a payment plan: its articles.

    Contents: who agrees, the debt and its acknowledgement, schedule, payment, interest,
    suspension of action, acceleration, early payment, no novation, guarantees, law,
    copies and signatures.
    """

    _inherit = "collections.payment.plan"

    payment_reference = fields.Char(
        compute="_compute_payment_reference",
        search="_search_payment_reference",
        help="What payments of this plan are asked to carry.",
    )

    def _compute_payment_reference(self):
        for plan in self:
            plan.payment_reference = creditor_reference.format_printed(
                plan._get_payment_reference()
            )

    @api.model
    def _search_payment_reference(self, operator, value):
        """Find plans by their reference, or a bank's text with it."""
        if operator not in ("in", "=ilike", "ilike", "like"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        return [("id", "in", [self._read_reference(text) for text in texts if text])]

    @api.model
    def _read_reference(self, text):
        """Return the id of the plan whose reference stands in a text; 0: none.

        Spaces and lower case don't matter: people copy what they see.
        """
        compact = re.sub(r"[^A-Z0-9]", "", str(text).upper())
        found = REFERENCE.search(compact)
        plan_id = int(found[2]) if found else 0
        known = creditor_reference.build(f"PP{plan_id:08d}")
        return plan_id if found and found[1] in ("", known[:4]) else 0

    # === DOCUMENT === #

    def _get_agreement_report(self):
        return REPORT

    def _get_payment_reference(self):
        """Return the reference that payments of this plan quote.

        ``PP`` keeps it apart from those of notices and invoices.
        """
        self.ensure_one()
        return creditor_reference.build(f"PP{self.id or self._origin.id or 0:08d}")

    def _get_agreement_title(self):
        if not self.name:
            return self.env._("Payment plan agreement (draft)")
        return self.env._("Payment plan agreement %(number)s", number=self.name)

    def _get_agreement_subtitle(self):
        if not self.previous_id:
            return ""
        return self.env._(
            "Version %(version)s, which replaces %(previous)s",
            version=self.version,
            previous=self.previous_id.display_name,
        )

    # === ARTICLES === #

    def _get_agreement_articles(self):
        return [
            self._get_debt_article(),
            self._get_schedule_article(),
            self._get_payment_article(
                self.env._(
                    "Each payment settles the installments in the order of their "
                    "dates, also when several are paid at once."
                )
            ),
            self._get_interest_article(),
            self._get_suspension_article(),
            self._get_acceleration_clause(),
            *self._get_closing_articles(),
            *self._get_note_article(),
            self._get_law_article(),
            self._get_copies_article(),
        ]

    def _get_debt_article(self):
        paragraphs = [
            self.env._(
                "The Debtor acknowledges owing the Creditor, on %(date)s, the sum of "
                "%(amount)s, certain, fixed in amount and due, for the items below.",
                date=self._get_writer().date(self.date),
                amount=self._write_amount_twice(self.amount_total),
            )
        ]
        if self.company_id._is_french_law():
            paragraphs.append(
                self.env._(
                    "This acknowledgement interrupts the limitation period (article "
                    "2240 of the French civil code)."
                )
            )
        return {
            "key": "debt",
            "title": self.env._("Acknowledgement of the debt"),
            "paragraphs": paragraphs,
            "block": "items",
        }

    def _get_schedule_article(self):
        count = len(self.installment_ids)
        text = self.env._(
            "The Debtor pays this sum in %(count)s installments, on the dates below.",
            count=count,
        )
        if self.installment_ids.filtered("is_down_payment"):
            text = self.env._(
                "The Debtor pays this sum by a down payment and %(count)s "
                "installments, on the dates below.",
                count=count - 1,
            )
        return {
            "key": "schedule",
            "title": self.env._("Schedule of payments"),
            "paragraphs": [
                text
                + " "
                + self.env._(
                    "What counts is the day on which the money reaches the Creditor's "
                    "account."
                )
            ],
            "block": "schedule",
        }

    def _get_interest_article(self):
        return {
            "key": "interest",
            "title": self.env._("Interest and compensation"),
            "paragraphs": [
                self._describe_charges_so_far(),
                self._describe_further_interest(),
            ],
        }

    def _describe_charges_so_far(self):
        write = self._get_writer()
        if self.amount_charges:
            return self.env._(
                "Late-payment interest and compensation up to %(date)s, %(amount)s in "
                "all, are part of the sum acknowledged in article 1.",
                date=write.date(self.date),
                amount=write.amount(self.amount_charges),
            )
        return self.env._(
            "Late-payment interest and compensation are not part of the sum "
            "acknowledged in article 1."
        )

    def _describe_further_interest(self):
        """Return what becomes of the interest that the sum does not contain.

        :rtype: str
        """
        date = self._get_writer().date(self.date)
        if self.interest_mode == "kept":
            if self.amount_charges:
                return self.env._(
                    "The interest that accrues after %(date)s remains due until full "
                    "payment.",
                    date=date,
                )
            return self.env._("They remain due until full payment.")
        again = self.env._(
            "If the balance becomes due at once under article %(article)s, all of them "
            "are due again from the first day, as if nothing had been granted.",
            article=ACCELERATION_ARTICLE,
        )
        if self.interest_mode == "capped" and self.amount_charges:
            text = self.env._(
                "As long as this plan is respected, no interest accrues after "
                "%(date)s.",
                date=date,
            )
        elif self.interest_mode == "capped":
            text = self.env._(
                "What is due of them on %(date)s remains due; as long as this plan is "
                "respected, no interest accrues after that day.",
                date=date,
            )
        elif self.amount_charges:
            text = self.env._(
                "The Creditor waives the interest that accrues after %(date)s, "
                "provided that this plan is respected to its end.",
                date=date,
            )
        else:
            text = self.env._(
                "The Creditor waives them, provided that this plan is respected to its "
                "end."
            )
        return f"{text} {again}"

    def _get_suspension_article(self):
        paragraphs = [
            self.env._(
                "As long as this plan is respected, the Creditor suspends all "
                "reminders and all legal action about the items of article 1."
            )
        ]
        if self.requires_current:
            paragraphs.append(
                self.env._(
                    "The Debtor pays on their due dates the invoices that fall due "
                    "while this plan runs."
                )
            )
        return {
            "key": "suspension",
            "title": self.env._("Suspension of action"),
            "paragraphs": paragraphs,
        }

    def _get_acceleration_clause(self):
        breach = self.env._("If an installment is not paid in full on its date,")
        if self.requires_current:
            breach = self.env._(
                "If an installment is not paid in full on its date, or an invoice that "
                "falls due while this plan runs is not paid on its due date,"
            )
        return {
            "key": "acceleration",
            "title": self.env._("Acceleration"),
            "paragraphs": [
                breach
                + " "
                + self.env._(
                    "the Creditor may give the Debtor formal notice by registered "
                    "letter, naming what is missing."
                ),
                self.env._(
                    "If that notice has had no effect %(days)s (%(words)s) days after "
                    "its first presentation, the whole balance of this plan becomes "
                    "due at once, as of right, when the Creditor declares it by "
                    "registered letter. The Creditor is then free to act again.",
                    days=self.notice_days,
                    words=self._get_writer().words(self.notice_days),
                ),
            ],
        }

    def _get_closing_articles(self):
        return [
            {
                "key": "early",
                "title": self.env._("Early payment"),
                "paragraphs": [
                    self.env._(
                        "The Debtor may pay all or a part of the balance before its "
                        "date, at any time and without charge."
                    )
                ],
            },
            {
                "key": "novation",
                "title": self.env._("No novation, guarantees"),
                "paragraphs": [
                    self.env._(
                        "This agreement entails no novation of the Creditor's claims. "
                        "Guarantees and sureties, and the retention of title to goods "
                        "not fully paid for, remain in force until full payment."
                    )
                ],
            },
        ]
