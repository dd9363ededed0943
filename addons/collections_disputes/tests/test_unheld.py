from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.collections_disputes.models import dispute_case_unheld

from .mail_common import DisputeMailCommon


@tagged("post_install", "-at_install")
class TestUnheld(DisputeMailCommon):
    """How much of our dunning a customer's word alone stops."""

    def _holds(self, invoice):
        """Return what is held of an invoice now: amounts, 0 for all of it."""
        holds = self.env["dunning.hold"].search(
            [
                ("move_line_id", "in", self._item(invoice).ids),
                ("reason", "=", "disputed"),
                ("date_to", "=", False),
            ]
        )
        return holds.sorted("id").mapped("amount")

    def _send_formal(self):
        """A formal notice about the invoice has left; returns the invoice."""
        invoice = self._create_invoice(40, 1000)
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: invoice in n.line_ids.move_id)
        formal = self.procedure.level_ids.filtered("is_formal")
        self.assertEqual(len(formal), 1)
        lines = notice.line_ids.filtered(lambda line: line.move_id == invoice)
        notice.sudo().level_id = formal
        lines.sudo().level_id = formal
        self._send(notice)
        return invoice

    # === BY MAIL === #

    def test_whole_without_an_amount(self):
        self._gateway(self._build(f"{self.invoice.name} is wrong"))
        self.assertEqual(self._holds(self.invoice), [0])

    def test_amount_that_is_named(self):
        currency = self.invoice.currency_id
        case = self._gateway(
            self._build(f"{self.invoice.name}: {currency.symbol}120.50 too much")
        )
        self.assertEqual(case.amount_disputed, 120.5)
        self.assertEqual(self._holds(self.invoice), [120.5])

    def test_two_amounts_are_not_guessed(self):
        name = self.invoice.currency_id.name
        case = self._gateway(
            self._build(f"{self.invoice.name}: 12 {name} a box instead of 10 {name}")
        )
        self.assertEqual(case.amount_disputed, 1000)

    def test_amount_beyond_the_invoice(self):
        name = self.invoice.currency_id.name
        case = self._gateway(self._build(f"{self.invoice.name}: 5000 {name}?"))
        self.assertEqual(case.amount_disputed, 1000)

    def test_stranger_holds_nothing(self):
        case = self._gateway(
            self._build(self.invoice.name, From="eve@nobody.example.com")
        )
        self.assertFalse(case.line_ids)
        self.assertFalse(self._holds(self.invoice))

    def test_second_mail_is_filed(self):
        """Whoever of the customer's writes it; nothing more is held by it."""
        case = self._open(300)
        mail = self._build(
            f"{self.invoice.name} is wrong",
            subject="Something else",
            From="compta@durand.example.com",
        )
        self.assertFalse(self._gateway(mail))
        self.assertIn("is wrong", self._get_mails(case).body)
        self.assertEqual(self._holds(self.invoice), [300])

    def test_new_invoice_beside_a_disputed_one(self):
        first = self._open(300)
        invoice = self._create_invoice(10, 500)
        case = self._gateway(self._build(f"{self.invoice.name}, {invoice.name}"))
        self.assertNotEqual(case, first)
        self.assertEqual(case.line_ids.move_id, invoice)
        self.assertEqual(self._holds(invoice), [0])
        self.assertEqual(self._holds(self.invoice), [300])

    def test_again_after_the_end(self):
        """No second stop by a mail: a person decides, and dunning goes on."""
        case = self._open(300)
        case.sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        again = self._gateway(self._build(f"{self.invoice.name} is still wrong"))
        self.assertEqual(again.line_ids.unheld_reason, "again")
        self.assertEqual(again.line_ids.move_id, self.invoice)
        self.assertFalse(self._holds(self.invoice))
        [call] = again.activity_ids.filtered(
            lambda a: self.invoice.name in (a.summary or "")
        )
        self.assertEqual(call.user_id, self.collector)
        again._follow_items()
        left = again.line_ids.move_line_id._get_disputable()
        self.assertFalse(again.line_ids._has_moved(left), "each night")
        self.assertFalse(self._holds(self.invoice), "nor does the ledger hold it")

    def test_after_a_formal_notice(self):
        """It stands until somebody of ours withdraws it; the letter says so."""
        mailbox = self._serve()
        invoice = self._send_formal()
        self.env.flush_all()
        case = self._gateway(self._build(f"{invoice.name} is wrong"))
        self.assertEqual(case.line_ids.unheld_reason, "formal")
        self.assertFalse(self._holds(invoice))
        self._send_queue()
        [text] = [
            self._get_text(message)
            for _recipients, message in self._get_letters(mailbox)
            if case.name in message["Subject"]
        ]
        self.assertIn("what you contest remains payable", text)
        self.assertNotIn("undisputed part", text)
        with self.assertRaises(AccessError):
            case.with_user(self.reader).action_hold()
        case.with_user(self.collector).action_hold()
        self.assertEqual(self._holds(invoice), [0])
        self.assertFalse(case.has_unheld)
        with self.assertRaisesRegex(UserError, "held already"):
            case.with_user(self.collector).action_hold()

    def test_whole_ledger(self):
        self.patch(dispute_case_unheld, "MAX_HELD_ITEMS", 2)
        invoices = self.invoice
        for _number in range(2):
            invoices |= self._create_invoice(10, 100)
        case = self._gateway(self._build(" ".join(invoices.mapped("name"))))
        self.assertEqual(case.line_ids.move_id, invoices)
        self.assertEqual(set(case.line_ids.mapped("unheld_reason")), {"many"})
        self.assertFalse(self._holds(invoices))

    def test_collector_holds_what_he_likes(self):
        """By hand a dispute is held, however often."""
        case = self._open(300)
        case.sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        self._open(300)
        self.assertEqual(self._holds(self.invoice), [300])

    def test_reopened_by_hand_is_held(self):
        self._open(300).sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        again = self._gateway(self._build(f"{self.invoice.name} is still wrong"))
        again.sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        again.with_user(self.collector).action_reopen()
        self.assertEqual(self._holds(self.invoice), [0])

    # === HOW IT ENDS === #

    def test_new_date_is_kept(self):
        """Who is told to pay by a day is not dunned before it, held or not."""
        self._open(300).sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        again = self._gateway(self._build(f"{self.invoice.name} is still wrong"))
        again.with_user(self.collector).action_reject(
            "<p>You ordered this.</p>", cause_id=self.cause.id
        )
        day = fields.Date.add(self.today, days=8)
        self.assertEqual(again.new_date_to_pay, day)
        self.assertEqual(again.line_ids.hold_id.told_date, day)

    def test_what_was_credited_is_not_held_at_the_end(self):
        """A line of which nothing is disputed any more holds nothing of its item."""
        other = self._create_invoice(10, 500)
        items = self._item(self.invoice | other)
        before = self.env["dispute.case"].action_open(
            [{"move_line_id": item.id, "amount": 100} for item in items]
        )
        before.action_resolve("withdrawn", cause_id=self.cause.id)
        names = f"{self.invoice.name} and {other.name}"
        again = self._gateway(self._build(f"{names} are still wrong"))
        self.assertEqual(again.line_ids.mapped("unheld_reason"), ["again"] * 2)
        line = again.line_ids.filtered(lambda line: line.move_id == other)
        line.with_user(self.collector).amount = 200
        note = other._reverse_moves([{"invoice_date": self.today}])
        note.invoice_line_ids.price_unit = 200
        note.action_post()
        (self._item(other) | self._item(note)).reconcile()
        self.assertEqual((line.amount, again.state), (0, "new"))
        again.with_user(self.collector).action_reject(
            "<p>You ordered this.</p>", cause_id=self.cause.id
        )
        self.assertFalse(line.hold_id, "300 of it are claimed as before")

    # === IN THE PORTAL === #

    def _contest(self, invoice, amount):
        return self.env["dispute.case"]._open_from_portal(
            invoice, self.contact, self._item(invoice), amount, self.reason, "No.", []
        )

    def test_portal_once(self):
        first = self._contest(self.invoice, 200)
        self.assertEqual(self._holds(self.invoice), [200])
        second = self._contest(self.invoice, 300)
        self.assertFalse(first.has_unheld)
        self.assertEqual(second.line_ids.unheld_reason, "again")
        self.assertEqual(self._holds(self.invoice), [200])
        for case in first | second:
            payable = case._get_payable_amounts()
            self.assertEqual(list(payable.values()), [800], "what is held is not")

    def test_portal_after_a_formal_notice(self):
        invoice = self._send_formal()
        case = self._contest(invoice, 200)
        self.assertEqual(case.line_ids.unheld_reason, "formal")
        self.assertFalse(self._holds(invoice))

    # === SCREEN === #

    def test_nobody_writes_the_reason(self):
        case = self._open(300)
        with self.assertRaises(AccessError):
            case.line_ids.with_user(self.collector).unheld_reason = "formal"
        with Form(case.with_user(self.collector)) as form:
            form.title = "Still opens"
        self.assertEqual(self._holds(self.invoice), [300])
