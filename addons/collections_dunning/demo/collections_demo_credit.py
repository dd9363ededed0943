import random
from datetime import timedelta

from odoo import models

from .customers import CUSTOMERS

# Why invoices were paid late, by the habit of the customer: keys of causes.
TYPICAL_CAUSES = {
    "punctual": ("late_dispatch", "forgotten"),
    "slow": ("approval", "payment_run", "purchase_order"),
    "chronic": ("cash", "cash", "cash", "billing_error", "delivery"),
    "silent": ("cash", "lost_invoice"),
    "new": ("purchase_order", "approval", "lost_invoice"),
}
# Share of the invoices paid late of which somebody asked the cause.
ASKED = 0.7
# What customers said of invoices that are still open, see ``ledger.UNPAID``.
SAID = {
    "just_late": ("forgotten", "Le règlement part cette semaine"),
    "second_reminder": ("approval", "La gérante signe à son retour, lundi"),
    "formal_notice": ("cash", "La saison a été mauvaise, demande un délai"),
    "second_reminder_abroad": ("purchase_order", "Invoice has no order number"),
}


# What a rating agency says of customers, with figures of their accounts in euros.
RATINGS = {
    "deux_rives": {
        "rating": "2 – solide",
        "advised_limit": 45000.0,
        "revenue": 3_900_000.0,
        "net_result": 212_000.0,
        "equity": 1_480_000.0,
        "headcount": 41,
    },
    "auriol": {
        "rating": "6 – fragile",
        "advised_limit": 5000.0,
        "revenue": 640_000.0,
        "net_result": -38_500.0,
        "equity": 22_000.0,
        "headcount": 7,
    },
    "bastide": {
        "rating": "5 – sous surveillance",
        "advised_limit": 8000.0,
        "revenue": 910_000.0,
        "net_result": 4_200.0,
        "equity": 160_000.0,
        "headcount": 11,
    },
}


class CollectionsDemo(models.AbstractModel):
    """What is known of customers, and what credit they are given."""

    _inherit = "collections.demo"

    def _set_up_credit(self, customers, case, today):
        """Sort the customers, and record what a credit manager works with.

        As the users of the company would, with their rights.
        """
        company = self.env.company
        self.env["collections.behaviour"]._update(company)
        self.env["collections.segment"]._assign(company)
        collector = self._as_user("camille")
        manager = self._as_user("vincent")
        manager._pin(customers["halle_neuve"])
        # The terms of before: what was sent then has changed since.
        collector._send_policy(customers["delorme"], today - timedelta(days=200))
        manager._set_up_policies(customers)
        collector._send_policy(customers["deux_rives"], today - timedelta(days=9))
        collector._tell_causes(customers, case)
        collector._pause(customers["verriere"], today)
        collector._record_ratings(customers, today)
        manager._record_securities(customers, today)
        collector._record_insolvency(customers["tanneurs"], today)
        collector._ask_for_credit(customers["delorme"], 25000.0)
        manager._ask_for_credit(customers["deux_rives"], 40000.0).action_grant()
        self._get_debtor(customers["opale"]).with_env(manager.env)._put_on_credit_hold(
            "Aucune réponse depuis six mois : plus rien sans acompte"
        )

    def _as_user(self, login):
        """Return this as one of the company's users, who works in French."""
        user = self.env.ref(f"collections_dunning.res_users_{login}_demo")
        return (
            self.with_user(user)
            .with_company(self.env.company)
            .with_context(lang="fr_FR", allowed_company_ids=self.env.company.ids)
        )

    # === SEGMENTS === #

    def _pin(self, partner):
        """Leave a customer where a person wants him, whatever the figures say."""
        self._get_debtor(partner)._pin_segment(
            self.env.ref("collections_dunning.collections_segment_occasional"),
            "Subvention versée chaque année en juin : paie toujours",
        )

    # === CAUSES OF LATENESS === #

    def _tell_causes(self, customers, case):
        """Say why invoices are, or were paid, late; of some nobody has asked."""
        habits = {customers[customer.key]: customer.habit for customer in CUSTOMERS}
        rows = self.env["collections.late.invoice"].search(
            [("company_id", "=", self.env.company.id), ("is_open", "=", False)]
        )
        for row in rows.sorted("id"):
            draw = random.Random(row.move_id.name)
            habit = habits.get(row.partner_id)
            if habit and draw.random() < ASKED:
                self._tell_cause(
                    row.move_id,
                    draw.choice(TYPICAL_CAUSES[habit]),
                    day=row.date_maturity + timedelta(days=min(row.days_late, 8)),
                )
        for key, (cause, remark) in SAID.items():
            self._tell_cause(case[key].with_env(self.env), cause, remark)

    def _tell_cause(self, invoice, key, remark=False, day=None):
        """Record why an invoice is late.

        :param str key: of an installed cause.
        :param date day: when it was said; None: today.
        """
        cause = self.env.ref(f"collections_dunning.collections_late_cause_{key}")
        invoice.action_set_late_cause(cause.id, remark)
        if day:
            invoice.sudo().late_cause_date = day

    # === PAUSES === #

    def _pause(self, partner, today):
        """Pause a customer whose bookkeeper is new."""
        self.env["collections.pause"].create(
            {
                "debtor_id": self._get_debtor(partner).id,
                "reason": "agreement",
                "note": "Nouvelle comptable, en place après la passation",
                "date_from": today - timedelta(days=3),
                "date_to": today + timedelta(days=18),
                "after_end": "approve",
            }
        )

    # === WHAT OTHERS SAY, AND WHAT SECURES US === #

    def _record_ratings(self, customers, today):
        """File what a rating agency and the published accounts say."""
        closing = today.replace(year=today.year - 1, month=12, day=31)
        self.env["collections.credit.rating"].create(
            [
                {
                    "debtor_id": self._get_debtor(customers[customer]).id,
                    "source": "Notation d'Exemple",
                    "date": today - timedelta(days=40),
                    "closing_date": closing,
                    **figures,
                }
                for customer, figures in RATINGS.items()
            ]
        )

    def _record_securities(self, customers, today):
        """Record a surety, a retention of title, and what a credit insurer covers."""
        manager, insurer = (
            self.env["res.partner"]
            .sudo()
            .create(
                [
                    {"name": "Éric Auriol", "lang": "fr_FR"},
                    {"name": "Assurance-crédit d'Exemple", "is_company": True},
                ]
            )
        )
        self.env["collections.guarantee"].create(
            [
                {
                    "debtor_id": self._get_debtor(customers["auriol"]).id,
                    "kind": "surety",
                    "guarantor_id": manager.id,
                    "reference": "Acte sous signature privée",
                    "amount": 6000.0,
                    "date_from": today - timedelta(days=340),
                    "date_to": today + timedelta(days=25),
                },
                {
                    "debtor_id": self._get_debtor(customers["tanneurs"]).id,
                    "kind": "title",
                    "reference": "Article 9 des conditions générales de vente",
                    "date_from": today - timedelta(days=200),
                },
            ]
        )
        self.env["collections.credit.insurance"].create(
            [
                {
                    "debtor_id": self._get_debtor(customers[key]).id,
                    "insurer_id": insurer.id,
                    "policy_number": "AC-2042",
                    "amount": amount,
                    "quota": 90.0,
                    "date_from": today - timedelta(days=300),
                    "date_to": today + timedelta(days=65),
                    "declare_days": 90,
                }
                for key, amount in (("marchand", 4000.0), ("bluebird", 12000.0))
            ]
        )

    def _ask_for_credit(self, partner, amount):
        """Ask for a credit limit.

        :rtype: collections.credit.request
        """
        request = self.env["collections.credit.request"].create(
            {
                "debtor_id": self._get_debtor(partner).id,
                "amount": amount,
                "reason": "Deux chantiers d'éclairage signés pour l'année prochaine",
            }
        )
        request.action_ask()
        return request
