from odoo.tests import TransactionCase, tagged

# What the French standard lets each status carry, of the codes that we use.
ALLOWED = {
    "206": {
        *("AUTRE", "CMD_ERR", "REF_CT_ABSENT", "PU_ERR", "REM_ERR", "QTE_ERR"),
        *("ART_ERR", "MODPAI_ERR", "QUALITE_ERR", "LIVR_INCOMP"),
    },
    "208": {"JUSTIF_ABS", "COORD_BANC_ERR", "CMD_ERR", "REF_CT_ABSENT"},
    "210": {
        *("TX_TVA_ERR", "MONTANTTOTAL_ERR", "DOUBLON", "DEST_ERR", "TRANSAC_INC"),
        *("CMD_ERR", "REF_CT_ABSENT"),
    },
}


@tagged("post_install", "-at_install")
class TestReasons(TransactionCase):
    """The reasons and root causes that are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = cls.env["ir.model.data"].search(
            [
                ("module", "=", "collections_disputes"),
                ("model", "in", ("dispute.reason", "dispute.cause")),
            ]
        )
        cls.data = data
        cls.reasons = cls.env["dispute.reason"].browse(
            data.filtered(lambda row: row.model == "dispute.reason").mapped("res_id")
        )

    def test_a_user_keeps_what_he_changes(self):
        self.assertEqual(len(self.reasons), 27)
        self.assertTrue(all(self.data.mapped("noupdate")))

    def test_each_knows_who_answers_and_when(self):
        for reason in self.reasons:
            self.assertTrue(reason.department, reason.name)
            self.assertTrue(reason.expected_side, reason.name)
            self.assertTrue(reason.cause_id, reason.name)
            self.assertTrue(
                1 <= reason.acknowledge_days <= reason.answer_days <= 20, reason.name
            )

    def test_statuses_may_carry_their_codes(self):
        for reason in self.reasons:
            statuses = reason.lifecycle_statuses.split(", ")
            self.assertTrue(statuses, reason.name)
            for status in statuses:
                self.assertIn(status, ("206", "207", "208", "210", "213"))
                allowed = ALLOWED.get(status, {reason.afnor_code})
                self.assertIn(reason.afnor_code, allowed, f"{reason.name} {status}")
            if reason.afnor_code == "JUSTIF_ABS":
                self.assertNotIn("207", statuses)
            elif status != "208":
                self.assertIn("207", statuses, reason.name)
