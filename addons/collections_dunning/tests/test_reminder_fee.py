from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .charge_common import ChargeCommon
from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestReminderFee(InterestCommon):
    """A fee of a level, where the law allows one."""

    def test_it_is_part_of_what_is_claimed(self):
        self.second.write({"charging": "claim", "fee": 15})
        invoice = self._create_invoice(40, 1000)
        notice = self.env["dunning.proposal"].sudo()
        notice = notice._draft_for_items(self._item(invoice), self.second)
        self.assertEqual(notice.amount_fee, 15)
        charges = notice.amount_interest + notice.amount_compensation
        self.assertAlmostEqual(notice.amount_total, 1000 + charges + 15, 2)

    def test_only_a_level_that_claims_has_one(self):
        self.second.charging = "show"
        with self.assertRaisesRegex(ValidationError, "claims charges"):
            self.second.fee = 15
        self.second.write({"charging": "claim", "fee": 15})
        with self.assertRaisesRegex(ValidationError, "claims charges"):
            self.second.charging = "show"

    def test_the_screen_empties_it_with_the_claim(self):
        self.second.write({"charging": "claim", "fee": 15})
        self.second._onchange_charging()
        self.assertEqual(self.second.fee, 15)
        with Form(self.second) as form:
            form.charging = "show"
        self.assertFalse(self.second.fee)


@tagged("post_install", "-at_install")
class TestFrenchReminderFee(ChargeCommon):
    """In France there is none, ever: article L111-8."""

    def test_a_french_procedure_refuses_it(self):
        self.procedure.company_id = self.company
        with self.assertRaisesRegex(ValidationError, "L111-8"):
            self.second.write({"charging": "claim", "fee": 15})
        for code in ("GP", "RE", "MQ"):
            self.company.country_id = self.env["res.country"].search(
                [("code", "=", code)]
            )
            with self.assertRaisesRegex(ValidationError, "L111-8"):
                self.second.write({"charging": "claim", "fee": 15})

    def test_a_procedure_of_all_companies_never_charges_it_there(self):
        self.assertFalse(self.procedure.company_id)
        self.second.write({"charging": "claim", "fee": 15})
        notice = self.env["dunning.proposal"].sudo()
        notice = notice._draft_for_items(self._item(self.late), self.second)
        self.assertEqual(notice.charging, "claim")
        self.assertEqual(notice.amount_fee, 0)
        charges = notice.amount_interest + notice.amount_compensation
        self.assertAlmostEqual(notice.amount_total, 1200 + charges, 2)

    def test_a_branch_without_a_country_follows_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        branch.partner_id.country_id = False
        self.assertTrue(branch.is_french_law)
        self.procedure.company_id = branch
        with self.assertRaisesRegex(ValidationError, "L111-8"):
            self.second.write({"charging": "claim", "fee": 15})
        self.procedure.company_id = False
        self.second.write({"charging": "claim", "fee": 15})
        notice = self.env["dunning.proposal"].sudo()
        notice = notice._draft_for_items(self._item(self.late), self.second)
        debtor = self.env["collections.debtor"].sudo()
        debtor = debtor.create(
            {"company_id": branch.id, "partner_id": self.customer.id}
        )
        notice.write({"company_id": branch.id, "debtor_id": debtor.id})
        self.assertEqual(self.env["dunning.proposal"]._get_fee(notice), 0)

    def test_nor_does_a_seller_elsewhere_under_french_law(self):
        self.regime.country_ids = self.company.country_id
        self._debtor().interest_regime_id = self.regime
        self.company.country_id = self.env.ref("base.be")
        self.second.write({"charging": "claim", "fee": 15})
        notice = self.env["dunning.proposal"].sudo()
        notice = notice._draft_for_items(self._item(self.late), self.second)
        self.assertEqual((notice.charging, notice.amount_fee), ("claim", 0))
        self._debtor().interest_regime_id = self._create_regime(
            country_ids=[Command.set(self.company.country_id.ids)]
        )
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.amount_fee, 15)

    def test_nor_can_it_be_given_to_a_french_company_later(self):
        self.second.write({"charging": "claim", "fee": 15})
        with self.assertRaisesRegex(ValidationError, "L111-8"):
            self.procedure.company_id = self.company
