import pytest
from json2 import Api, ApiError, Refused

from odoo.tests import HttpCase, tagged

from odoo.addons.collections_dunning.tests.common import DunningCommon


@tagged("post_install", "-at_install")
class TestJson2(DunningCommon, HttpCase):
    """The public methods, called by programs with the key of a user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(days_late=8, amount=250.0)
        cls.proposal = cls.env["dunning.run"].create({"company_id": cls.company.id})
        cls.keys = {
            user: cls.env["res.users.apikeys"]
            .with_user(user)
            .sudo()
            ._generate("rpc", "test", None)
            for user in (cls.reader, cls.collector)
        }

    def _call(self, user, model, method, records=(), **arguments):
        """Call a method with the key of a user."""
        api = Api(self.base_url(), self.env.cr.dbname, self.keys[user])
        ids = records.ids if records else []
        self.env.flush_all()
        try:
            with self.allow_requests(all_requests=True):
                return api.call(model, method, ids, **arguments)
        finally:
            self.env.invalidate_all()

    def _assert_forbidden(self, user, model, method, records):
        with pytest.raises(Refused) as refusal:
            self._call(user, model, method, records)
        self.assertEqual(refusal.value.status, 403, str(refusal.value))

    def test_collector_proposes_and_confirms(self):
        [run_id] = self._call(
            *(self.collector, "dunning.run", "create"),
            vals_list=[{"company_id": self.company.id}],
        )
        run = self.env["dunning.run"].browse(run_id)
        self._call(self.collector, "dunning.run", "action_propose", run)
        self.assertEqual(run.state, "proposed")
        notice = run.notice_ids
        self.assertEqual((notice.state, notice.amount_claimed), ("draft", 250.0))
        self._call(self.collector, "dunning.run", "action_propose", run)
        notice = run.notice_ids
        self.assertEqual(len(notice), 1, "made anew, not doubled")
        self._call(self.collector, "dunning.run", "action_confirm", run)
        self.assertEqual((run.state, notice.state), ("confirmed", "queued"))
        self.assertEqual(run.confirmed_by_id, self.collector)

    def test_explanation(self):
        explanation = self._call(
            self.reader, "account.move", "get_dunning_explanation", self.invoice
        )
        self.assertEqual(explanation["reason"], "dunned")
        self.assertEqual(explanation["level"], "First")
        self.assertIn(self.invoice.name, explanation["sentence"])

    def test_reader_can_neither_propose_nor_confirm(self):
        self._assert_forbidden(
            self.reader, "dunning.run", "action_propose", self.proposal
        )
        self.proposal.with_user(self.collector).action_propose()
        self._assert_forbidden(
            self.reader, "dunning.run", "action_confirm", self.proposal
        )
        self.assertEqual(self.proposal.state, "proposed")
        self.assertEqual(self.proposal.notice_ids.mapped("state"), ["draft"])

    def test_reader_can_not_send(self):
        self.proposal.with_user(self.collector).action_propose()
        notice = self.proposal.notice_ids
        for method in ("action_send", "action_approve", "action_cancel"):
            self._assert_forbidden(self.reader, "dunning.notice", method, notice)
        self.assertEqual(notice.state, "draft")

    def test_private_methods(self):
        self.proposal.with_user(self.collector).action_propose()
        notice = self.proposal.notice_ids
        for method in ("_set_sent", "_queue"):
            self._assert_forbidden(self.collector, "dunning.notice", method, notice)
        self._assert_forbidden(self.collector, "dunning.run", "_propose", self.proposal)
        self.assertEqual(notice.state, "draft")

    def test_state_can_not_be_written(self):
        """No way past the queue: what is sent, only the scheduled action says."""
        self.proposal.with_user(self.collector).action_propose()
        notice = self.proposal.notice_ids
        with pytest.raises(Refused):
            self._call(
                *(self.collector, "dunning.notice", "write", notice),
                vals={"state": "sent"},
            )
        self.assertEqual(notice.state, "draft")

    def test_wrong_key(self):
        self.keys[self.reader] = "0" * 40
        with pytest.raises(ApiError, match="refuses the key"):
            self._call(self.reader, "res.users", "context_get")
