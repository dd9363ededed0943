from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegment(SegmentCommon):
    """Into which segment a customer comes, and who hears of it."""

    # === WHO BELONGS WHERE === #

    def test_installed_segments(self):
        recent = self.today - timedelta(days=60)
        late = {"late_days_average": 30, "on_time_share": 20}
        for figures, expected in (
            ({}, self.reliable),
            (late, self.chronic),
            ({"late_days_average": 7, "on_time_share": 70}, self.occasional),
            # Pays on time what he pays, and leaves the rest.
            ({"oldest_late_days": 90}, self.occasional),
            ({**late, "settled_count": 4}, self.no_history),
            ({"settled_count": 4, "first_invoice_date": recent}, self.new),
            # Whoever has settled five is judged, however young.
            ({**late, "first_invoice_date": recent}, self.chronic),
            # No invoice of ours: not new, unknown.
            ({"settled_count": 0, "first_invoice_date": False}, self.no_history),
            ({**late, "is_strategic": True}, self.strategic),
        ):
            with self.subTest(**figures):
                self.assertEqual(self._assign(**figures), expected)
                self.debtor.is_strategic = False

    def test_six_months_make_an_old_customer(self):
        with self.subTest("five months and a bit"):
            day = self.today - timedelta(days=170)
            self.assertEqual(
                self._assign(settled_count=0, first_invoice_date=day), self.new
            )
        day = self.today - timedelta(days=190)
        self.assertEqual(
            self._assign(settled_count=0, first_invoice_date=day), self.no_history
        )

    def test_first_match_wins(self):
        second = self._create_segment(("settled_count", "at_least", 1), sequence=2)
        self.assertEqual(self._assign(), second)
        first = self._create_segment(("settled_count", "at_least", 1), sequence=1)
        self.assertEqual(self._assign(), first)

    def test_all_conditions_hold(self):
        ours = self._create_segment(
            ("settled_count", "at_least", 10), ("sales_amount", "at_least", 1000)
        )
        self.assertNotEqual(self._assign(sales_amount=999), ours)
        self.assertEqual(self._assign(sales_amount=1000), ours)

    def test_unknown_figure_fits_nothing(self):
        """Not even that he keeps few promises, when he never made one."""
        ours = self._create_segment(("promise_kept_share", "at_most", 50))
        self.assertNotEqual(self._assign(promise_count=0), ours)
        self.assertEqual(self._assign(promise_count=2, promise_kept_share=50), ours)

    def test_points_of_the_grade(self):
        ours = self._create_segment(("grade_points", "at_most", 40))
        parts = {"late": 40, "not_on_time": 20.5}
        self.assertEqual(self._assign(grade_parts=parts), ours)
        self.assertNotEqual(self._assign(grade=False, grade_parts=parts), ours)

    def test_overdue_amount(self):
        ours = self._create_segment(("overdue_amount", "at_least", 300))
        self._create_invoice(days_late=10, amount=200)
        self._create_invoice(days_late=-10, amount=200)
        self.assertNotEqual(self._assign(), ours)
        self._create_invoice(days_late=1, amount=100)
        self.assertEqual(self._assign(), ours)

    def test_tags_and_countries(self):
        retail, chain = self.env["res.partner.category"].create(
            [{"name": "Retail"}, {"name": "Chain"}]
        )
        chain.parent_id = retail
        ours = self._create_segment(
            tag_ids=retail.ids, country_ids=self.env.ref("base.fr").ids
        )
        self.assertNotEqual(self._assign(), ours)
        self.customer.category_id = chain
        self.assertEqual(self._assign(), ours)
        self.customer.country_id = self.env.ref("base.de")
        self.assertNotEqual(self._assign(), ours)

    def test_segment_of_another_company(self):
        stranger = self.env["res.company"].sudo().create({"name": "Stranger"})
        theirs = self._create_segment(company_id=stranger.id)
        self.assertNotEqual(self._assign(), theirs)
        theirs.company_id = self.company
        self.assertEqual(self._assign(), theirs)

    def test_archived_segment_gives_nothing(self):
        ours = self._create_segment(tone="firm")
        self._assign()
        self.assertEqual(self.debtor.applied_tone, "firm")
        ours.active = False
        self.assertEqual(self.debtor.applied_tone, "standard")
        self.assertEqual(self._assign(), self.reliable)

    def test_every_night(self):
        """The figures of the night decide, also how long and how much he buys."""
        for due in (300, 200):
            invoice = self._create_invoice(days_late=due, amount=100)
            self._pay(invoice, date=self.today - timedelta(days=due))
        self._create_credit_note(30)
        with self.enter_registry_test_mode():
            self.env.ref(
                "collections_dunning.ir_cron_behaviour"
            ).method_direct_trigger()
        self.assertEqual(self.debtor.segment_id, self.no_history)
        self.assertEqual(self.debtor.segment_date, self.today)
        self.assertEqual(
            self.debtor.first_invoice_date, self.today - timedelta(days=330)
        )
        self.assertEqual(self.debtor.sales_amount, 170)

    def test_quiet_night_writes_nothing(self):
        self._assign()
        self.debtor.sudo().segment_date = "2020-01-01"
        self._assign()
        self.assertEqual(self.debtor.segment_date.year, 2020)

    # === WHAT IS TOLD === #

    def test_change_is_logged(self):
        self._assign()
        before = self.debtor.message_ids
        self.assertFalse([m for m in before if "Segment" in m.body], "the first one")
        self._assign(late_days_average=30, on_time_share=20)
        message = self.debtor.message_ids - before
        self.assertIn("Segment: Reliable → Chronic", message.body)
        self.assertEqual(self.debtor.segment_former_id, self.reliable)

    def test_early_warning(self):
        """One for all who worsened, also while yesterday's lies there."""
        self._set_figures(self.other)
        self._assign()
        self.assertFalse(self._warnings())
        self._assign(late_days_average=30, on_time_share=20)
        warning = self._warnings()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET create_date = create_date - interval '2 days' "
            "WHERE id = %s",
            warning.ids,
        )
        self.debtor.sudo().segment_worsened_on -= timedelta(days=2)
        self.env.invalidate_all()
        self.assertEqual(warning.user_id, self.company._get_dunning_manager())
        self.assertEqual(warning.summary, "A customer pays worse than before")
        self.assertIn("Durand SARL</a>: Reliable → Chronic", warning.note)
        self._create_invoice(days_late=3, amount=500, partner=self.other_customer)
        self._set_figures(self.other, on_time_share=60)
        self._assign()
        warning = self._warnings()
        self.assertEqual(warning.summary, "2 customers pay worse than before")
        self.assertEqual(warning.res_id, self.other.id, "most is overdue of him")
        self.assertIn("Reliable → Occasional", warning.note)
        self._assign(late_days_average=0, on_time_share=100)
        self.assertEqual(self._warnings().summary, "A customer pays worse than before")
        self._set_figures(self.other, on_time_share=100)
        self._assign()
        self.assertFalse(self._warnings(), "both pay as before")

    def test_no_warning_of_who_gets_better_or_is_unknown(self):
        self._assign(late_days_average=30, on_time_share=20)
        self._assign(late_days_average=0, on_time_share=100)
        self._assign(grade=False, settled_count=2)
        self.assertEqual(self.debtor.segment_id, self.no_history)
        self.assertFalse(self._warnings())
        self.assertFalse(self.debtor.segment_worsened_on)

    def test_worsened_until_better(self):
        self._assign()
        self._assign(late_days_average=30, on_time_share=20)
        self.assertEqual(self.debtor.segment_worsened_on, self.today)
        self._assign(late_days_average=0, on_time_share=100)
        self.assertFalse(self.debtor.segment_worsened_on)

    # === CONFIGURATION === #

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.reliable.with_user(self.collector).write({"tone": "firm"})
        with self.assertRaises(AccessError):
            self.segments.with_user(self.collector).action_sort_customers()
        self.assertEqual(self.reliable.with_user(self.reader).debtor_count, 0)
        self.segments.with_user(self.manager).with_context(
            allowed_company_ids=self.company.ids
        ).action_sort_customers()
        self.assertEqual(self.debtor.segment_id, self.reliable)

    def test_form(self):
        """A new segment says at once whom it will not get."""
        with Form(self.segments.with_user(self.manager)) as form:
            form.name = "Ours"
            with form.condition_ids.new() as condition:
                condition.figure = "on_time_share"
                condition.operator = "at_most"
                condition.value = 70
            self.assertIn("“Strategic”", form.overlap_note)
            self.assertNotIn("“Reliable”", form.overlap_note, "it stands below")
        segment = self.segments.search([("name", "=", "Ours")])
        self.assertEqual(segment.condition_summary, "Paid on Time (%) ≤ 70")

    def test_bounds_that_contradict(self):
        with self.assertRaises(ValidationError):
            self._create_segment(
                ("on_time_share", "at_least", 80), ("on_time_share", "at_most", 70)
            )

    def test_overlap_is_said(self):
        self.assertIn("“New”", self.no_history.overlap_note)
        # Nobody pays late on average and on time.
        self.assertNotIn("“Reliable”", self.chronic.overlap_note)
        self.assertIn("“Reliable”", self.occasional.overlap_note)
        ours = self._create_segment()
        self.assertFalse(ours.overlap_note, "nothing stands above")
        self.assertIn("Nobody gets here: “Ours”", self.reliable.overlap_note)
        stranger = self.env["res.company"].sudo().create({"name": "Stranger"})
        ours.company_id = stranger
        self.reliable.company_id = self.company
        self.assertNotIn("“Ours”", self.reliable.overlap_note)

    # === WHAT A SEGMENT GIVES === #

    def test_tone_and_responsible(self):
        self._assign(late_days_average=30, on_time_share=20)
        self.chronic.responsible_id = self.manager
        self._create_invoice(days_late=8)
        run = self._propose()
        notice = run.notice_ids
        self.assertEqual((notice.tone, notice.responsible_id), ("firm", self.manager))
        self.assertEqual(self.debtor.applied_responsible_id, self.manager)
        self.debtor.write({"tone": "soft", "responsible_id": self.collector.id})
        run.action_propose()
        notice = run.notice_ids
        self.assertEqual((notice.tone, notice.responsible_id), ("soft", self.collector))

    def test_responsible_of_another_company(self):
        """Whoever does not work here follows nobody here."""
        self._assign()
        stranger = self.env["res.company"].sudo().create({"name": "Stranger"})
        self.reliable.responsible_id = self.manager
        self.manager.sudo().write(
            {"company_id": stranger.id, "company_ids": [Command.set(stranger.ids)]}
        )
        self._create_invoice(days_late=11)
        self.assertEqual(self._propose().notice_ids.responsible_id, self.collector)
        self.assertEqual(self.debtor.applied_responsible_id, self.collector)
