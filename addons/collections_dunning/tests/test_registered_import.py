import base64
from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..tools.table_reader import TableError, read_date, read_table
from .letter_common import LetterCommon

COLLECTOR = "collections_dunning.collections_dunning_group_collector"
NOW = "2026-11-20 10:00:00"


@tagged("post_install", "-at_install")
class TestTableReader(BaseCase):
    """Files as spreadsheets and post offices write them."""

    def test_separators_and_encodings(self):
        rows = [(1, ["MED/1", "1A 2", "Refusé"]), (3, ["MED/2", "1A 3", ""])]
        for separator in ";,\t|":
            text = "MED/1;1A 2;Refusé\r\n;;\r\nMED/2;1A 3;\r\n"
            text = text.replace(";", separator)
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                content = text.encode(encoding)
                self.assertEqual(read_table(content), rows, (separator, encoding))

    def test_quoted_cells(self):
        content = b'"MED;1";"1A\n2"\r\nMED/2;3'
        self.assertEqual(
            read_table(content), [(2, ["MED;1", "1A\n2"]), (3, ["MED/2", "3"])]
        )

    def test_no_text(self):
        with self.assertRaises(TableError):
            read_table(b"PK\x03\x04\x00\x00")
        self.assertEqual(read_table(b""), [])

    def test_days(self):
        french, american = "%d/%m/%Y", "%m/%d/%Y"
        for text, date_format in (
            ("03/11/2026", french),
            ("3.11.26", french),
            ("03-11-2026", french),
            ("2026-11-03", french),
            ("03/11/2026 00:00:00", french),
            ("2026-11-03T00:00:00", american),
            ("11/03/2026", american),
        ):
            self.assertEqual(read_date(text, date_format), date(2026, 11, 3), text)
        for text in ("31/11/2026", "soon", "13/13/2026"):
            with self.assertRaises(ValueError):
                read_date(text, french)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRegisteredImport(LetterCommon):
    """Numbers, days and outcomes from a file: shown first, then written."""

    def setUp(self):
        super().setUp()
        self.company.resource_calendar_id.tz = "Europe/Paris"
        self.formal.days_to_pay = 8
        self.collector.lang = "fr_FR"
        self.printed = self._set_printed(self.customer)
        self.posted = self._set_printed(self.other_customer)
        self.posted.posted_on = "2026-11-17"
        self.posted.action_post()

    def _set_printed(self, partner):
        notice = self._draft(self._create_invoice(60, partner=partner))
        notice._assign_names()
        notice._set_state(
            "printed", printed_at=fields.Datetime.to_datetime("2026-11-16 09:00:00")
        )
        notice.sudo().deadline_date = notice._get_printed_deadline()
        return notice

    def _preview(self, text, user=None, encoding="utf-8"):
        wizard = self.env["dunning.registered.import"].with_user(user or self.collector)
        wizard = wizard.with_context(lang=(user or self.collector).lang).create(
            {"file": base64.b64encode(text.encode(encoding)), "file_name": "x.csv"}
        )
        wizard.action_preview()
        return wizard

    def test_shown_first_then_written(self):
        wizard = self._preview(
            "N° de relance;N° de recommandé;Dépôt;Présentation;Issue\r\n"
            f"{self.printed.name};1A 111;17/11/2026;18/11/2026;Distribué\r\n"
            f"{self.posted.name};1A 222;;19/11/2026;Pli avisé non réclamé\r\n",
            encoding="cp1252",
        )
        first, second = wizard.line_ids
        self.assertEqual((first.line_number, second.line_number), (2, 3))
        self.assertFalse(first.error or second.error)
        self.assertEqual(wizard.ready_count, 2)
        self.assertTrue(first.is_posting)
        self.assertFalse(second.is_posting)
        self.assertEqual(first.delivery_outcome, "delivered")
        # Nothing is written yet.
        self.assertFalse(self.printed.registered_number or self.printed.posted_on)
        wizard.action_import()
        self.assertRecordValues(
            self.printed | self.posted,
            [
                {
                    "state": "sent",
                    "registered_number": "1A 111",
                    "posted_on": date(2026, 11, 17),
                    "presented_on": date(2026, 11, 18),
                    "delivery_outcome": "delivered",
                    "deadline_date": date(2026, 11, 26),
                },
                {
                    "state": "sent",
                    "registered_number": "1A 222",
                    "posted_on": date(2026, 11, 17),
                    "presented_on": date(2026, 11, 19),
                    "delivery_outcome": "unclaimed",
                    "deadline_date": date(2026, 11, 27),
                },
            ],
        )
        self.assertEqual(wizard.written_count, 2)
        self.assertFalse(wizard.line_ids)

    def test_an_empty_cell_erases_nothing(self):
        self.posted.registered_number = "1A 999"
        self._preview(f"{self.posted.name};;;;distribué").action_import()
        self.assertEqual(self.posted.registered_number, "1A 999")
        self.assertEqual(self.posted.delivery_outcome, "delivered")

    def test_wrong_rows_stay_with_their_reasons(self):
        name = self.posted.name
        wizard = self._preview(
            "MED/1999/00001;1A 1\n"
            f"{self.printed.name};1A 111;;11/19/2026\n"
            f"{name};1A 222;;31/11/2026\n",
            user=self.manager,
        )
        self.assertEqual(wizard.line_ids.mapped("line_number"), [1, 2, 3])
        errors = wizard.line_ids.mapped("error")
        for error, expected in zip(
            errors, ("no notice", "when it was posted", "31/11/2026"), strict=True
        ):
            self.assertIn(expected, error)
        self.assertEqual((wizard.ready_count, wizard.wrong_count), (0, 3))
        wizard.action_import()
        # As a whole or not at all
        self.assertFalse(self.printed.registered_number)
        self.assertFalse(self.posted.registered_number)
        left = base64.b64decode(wizard.rejected).decode("utf-8-sig")
        self.assertIn(f"{name};1A 222;;31/11/2026;;", left)

    def test_one_wrong_row_does_not_hold_up_the_others(self):
        wizard = self._preview(f"{self.posted.name};1A 222\nMED/0;1A 1")
        wizard.action_import()
        self.assertEqual(self.posted.registered_number, "1A 222")
        self.assertEqual(wizard.line_ids.mapped("line_number"), [2])
        self.assertEqual((wizard.written_count, wizard.wrong_count), (1, 1))

    def test_letter_paid_since_it_was_printed_is_not_posted(self):
        self._pay(self.printed.sudo().line_ids.move_id, date=date(2026, 11, 17))
        wizard = self._preview(
            f"{self.printed.name};1A 111;17/11/2026\n{self.posted.name};1A 222"
        )
        wizard.action_import()
        self.assertEqual((wizard.written_count, wizard.wrong_count), (1, 1))
        self.assertIn(self.printed.name, wizard.line_ids.error)
        self.assertEqual(self.printed.state, "printed")
        self.assertFalse(self.printed.registered_number)

    def test_each_reason(self):
        name, other = self.posted.name, self.printed.name
        for text, expected in (
            (f"{name};1,23E+12", "rounded"),
            (f"{name};1A 1;;;perhaps", "perhaps"),
            (f"{name};;;;", "Nothing to write"),
            (f"{name};1A 1;18/10/2026", "printed on"),
            (f"{name};1A 1;;11/25/2026", "has not come"),
            (f"{name};1A 1\n{name};1A 2", "Several rows are about"),
            (f"{name};1A 7\n{other};1A 7", "Several rows have this"),
        ):
            text = text.replace("18/10/2026", "10/18/2026")
            wizard = self._preview(text, user=self.manager)
            self.assertIn(expected, wizard.line_ids[-1].error or "", text)

    def test_what_changed_since_it_was_shown_is_refused(self):
        wizard = self._preview(f"{self.posted.name};1A 222", user=self.manager)
        self.assertEqual(wizard.ready_count, 1)
        self.printed.registered_number = "1A 222"
        wizard.action_import()
        self.assertEqual(wizard.wrong_count, 1)
        self.assertIn(self.printed.name, wizard.line_ids.error)
        self.assertFalse(self.posted.registered_number)

    def test_the_user_reads_the_reasons_in_french(self):
        wizard = self._preview("MED/1999/00001;1A 1")
        self.assertEqual(
            wizard.line_ids.error,
            self.env(context={"lang": "fr_FR"})._(
                "There is no notice with this number."
            ),
        )

    def test_what_came_back_opens_a_task(self):
        self._preview(f"{self.posted.name};;;;NPAI").action_import()
        self.assertEqual(self.posted.state, "bounced")
        self.assertTrue(self.posted.activity_ids)

    def test_no_csv(self):
        with self.assertRaises(UserError):
            self._preview("PK\x00\x00", user=self.manager)
        wizard = self.env["dunning.registered.import"].create({})
        with self.assertRaises(UserError):
            wizard.action_preview()

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._preview("MED/1;1A 1", user=self.reader)
        wizard = self._preview(f"{self.posted.name};1A 222")
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).action_import()

    def test_the_letters_of_another_company_are_unknown(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("stranger", COLLECTOR)
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        wizard = self._preview(f"{self.posted.name};1A 222", user=stranger)
        self.assertIn("no notice", wizard.line_ids.error)
