from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import convert_file

from ..const import ACTIVITY_CHANNELS
from .common import DunningCommon

EMAIL, LETTER, REGISTERED = "email", "letter", "registered_letter"
# Days after the due date: channel, approval, smallest amount.
FIGURES = {
    "gentle": {
        8: (EMAIL, "automatic", 15),
        25: (EMAIL, "automatic", 15),
        50: (REGISTERED, "manual", 150),
        65: ("task", "automatic", 0),
    },
    "standard": {
        -5: (EMAIL, "automatic", 1000),
        5: (EMAIL, "automatic", 15),
        12: ("phone", "automatic", 1000),
        20: (EMAIL, "automatic", 15),
        35: (REGISTERED, "manual", 150),
        50: ("task", "automatic", 0),
    },
    "firm": {
        2: (EMAIL, "automatic", 15),
        7: ("phone", "automatic", 1000),
        12: (EMAIL, "automatic", 15),
        25: (REGISTERED, "manual", 150),
        40: ("task", "automatic", 0),
    },
}
DATA_FILES = (
    "data/dunning_procedure_data.xml",
    "data/dunning_procedure_variant_data.xml",
    "data/dunning_procedure_public_data.xml",
    "data/dunning_procedure_charge_data.xml",
    "data/dunning_level_text_data.xml",
)


@tagged("post_install", "-at_install")
class TestProcedures(DunningCommon):
    """The three procedures that come with the module."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.installed = {name: cls._ref(f"procedure_{name}") for name in FIGURES}

    @classmethod
    def _ref(cls, name):
        return cls.env.ref(f"collections_dunning.dunning_{name}")

    def _stored_texts(self, level):
        return self.env["dunning.level.text"]._get_stored_texts(level)

    # === FIGURES === #

    def test_days_channels_approvals_and_amounts(self):
        for name, figures in FIGURES.items():
            found = {
                level.day_offset: (level.channel, level.approval, level.minimum_amount)
                for level in self.installed[name].step_ids
            }
            self.assertEqual(found, figures, name)

    def test_handover_is_installed_inactive(self):
        for procedure in self.installed.values():
            levels = procedure.with_context(active_test=False).level_ids
            handover = levels - procedure.level_ids
            self.assertEqual(handover.mapped("channel"), [LETTER])
            self.assertGreater(
                handover.day_offset, max(procedure.level_ids.mapped("day_offset"))
            )

    def test_levels_that_an_event_brings_about(self):
        for procedure in self.installed.values():
            after_stop, rejected = procedure.event_level_ids.sorted("event")
            self.assertEqual(
                (after_stop.event, rejected.event), ("after_stop", "rejected")
            )
            for level in after_stop | rejected:
                self.assertEqual((level.channel, level.approval), (EMAIL, "automatic"))
            self.assertEqual(after_stop.days_to_pay, 8)
            # The rejection itself has somebody call, at once: once is enough.
            self.assertFalse(rejected.activity_type_id)

    def test_who_is_told_and_what_is_attached(self):
        for procedure in self.installed.values():
            formal = procedure.level_ids.filtered("is_formal")
            second = procedure.step_ids.filtered("consequence")
            self.assertEqual(
                (second.copy_role, second.tells_salesperson),
                ("decision_maker", "strategic"),
            )
            self.assertEqual(
                (formal.copy_role, formal.tells_salesperson), ("contact", "always")
            )
            for level in procedure.level_ids:
                self.assertEqual(level.attach_invoices, level.day_offset >= 0)

    def test_the_standard_one_is_offered_first(self):
        self.assertEqual(
            self.env["dunning.procedure"]._get_first(), self.installed["standard"]
        )

    # === TIMELINE === #

    def test_timeline_leaves_out_events_and_what_is_inactive(self):
        timeline = self.installed["standard"]._get_timeline()
        self.assertEqual(
            [step["day"] for step in timeline],
            ["D−5", "D+5", "D+12", "D+20", "D+35", "D+50"],
        )
        self.assertEqual(
            [step["automatic"] for step in timeline],
            [True, True, True, True, False, True],
        )
        self.assertEqual(timeline[2]["channel"], "Phone call")
        self.assertIn("1,000", timeline[2]["minimum"])
        self.assertEqual(timeline[5]["minimum"], "")

    def test_timeline_shows_what_the_days_between_contacts_put_off(self):
        self.company.dunning_contact_gap = 7
        for name, days in (
            ("gentle", ["", "", "", ""]),
            ("standard", ["", "", "", "", "", ""]),
            ("firm", ["", "D+9", "D+16", "", ""]),
        ):
            timeline = self.installed[name]._get_timeline()
            self.assertEqual([step["earliest"] for step in timeline], days, name)
        self.company.dunning_contact_gap = 5
        timeline = self.installed["firm"]._get_timeline()
        self.assertFalse(any(step["earliest"] for step in timeline))

    # === TEXTS === #

    def test_the_other_procedures_write_with_the_standard_texts(self):
        text = self._ref("level_text_first_standard")
        text.body = "Changed once"
        for level in ("level_first", "level_gentle_first", "level_firm_first"):
            level = self._ref(level)
            stored = self._stored_texts(level)
            self.assertEqual(
                stored[level.id, None, "standard", "en_US"][1], "Changed once", level
            )

    def test_a_level_can_have_its_own_texts_again(self):
        level = self._ref("level_gentle_first")
        with Form(level) as form:
            form.text_level_id = self.env["dunning.level"]
            with form.text_ids.new() as text:
                text.subject = "Ours"
                text.body = "Our own"
        self.assertEqual(
            self._stored_texts(level),
            {(level.id, None, "standard", "en_US"): ("Ours", "Our own")},
        )

    def test_the_level_whose_texts_are_used_is_named_with_its_procedure(self):
        source = self._ref("level_gentle_first").text_level_id
        self.assertEqual(source.display_name, "First reminder")
        self.assertEqual(
            source.with_context(show_procedure=True).display_name,
            "Standard procedure – First reminder",
        )

    def test_texts_are_not_borrowed_twice(self):
        with self.assertRaisesRegex(ValidationError, "texts of its own"):
            self.first.text_level_id = self._ref("level_gentle_first")
        with self.assertRaisesRegex(ValidationError, "texts of its own"):
            self._ref("level_first").text_level_id = self.first
        with self.assertRaisesRegex(ValidationError, "texts of its own"):
            self.first.text_level_id = self.first

    def test_every_level_writes_in_each_tone_and_language(self):
        self._load_french()
        for procedure in self.installed.values():
            levels = procedure.with_context(active_test=False).level_ids
            for level in levels.filtered(
                lambda lv: lv.channel not in ACTIVITY_CHANNELS
            ):
                texts = self._stored_texts(level)
                keys = {
                    key[2:] for key, parts in texts.items() if all(parts) and not key[1]
                }
                self.assertEqual(
                    keys,
                    {
                        (tone, lang)
                        for tone in ("soft", "standard", "firm")
                        for lang in ("en_US", "fr_FR")
                    },
                    f"{procedure.name}: {level.name}",
                )

    def test_a_copy_of_a_procedure_has_its_levels_and_texts(self):
        self._load_french()
        standard = self.installed["standard"]
        copy = standard.copy()
        self.assertEqual(
            copy.step_ids.mapped("day_offset"), standard.step_ids.mapped("day_offset")
        )
        self.assertEqual(len(copy.event_level_ids), 2)
        level = copy.step_ids[1]
        self._ref("level_text_first_standard").body = "Changed later"
        body = self._stored_texts(level)[level.id, None, "standard", "fr_FR"][1]
        self.assertIn("Sauf erreur", body)
        copy.unlink()

    # === UPDATE OF THE MODULE === #

    def _load_french(self):
        self.env["ir.module.module"]._load_module_terms(
            ["collections_dunning"], ["fr_FR"], overwrite=True
        )

    def _update_module(self):
        """Do what an update of the module does with these data."""
        for filename in DATA_FILES:
            convert_file(self.env, "collections_dunning", filename, {}, mode="update")
        self._load_french()

    def test_an_update_keeps_what_was_changed(self):
        text = self._ref("level_text_first_standard")
        text.body = "Our words"
        text.update_field_translations("body", {"fr_FR": "Nos mots"})
        first = self._ref("level_first")
        first.write({"day_offset": 9, "minimum_amount": 50})
        call = self._ref("level_call")
        call.active = False
        self._update_module()
        stored = self._stored_texts(first)
        self.assertEqual(stored[first.id, None, "standard", "en_US"][1], "Our words")
        self.assertEqual(stored[first.id, None, "standard", "fr_FR"][1], "Nos mots")
        self.assertEqual((first.day_offset, first.minimum_amount), (9, 50))
        self.assertFalse(call.active)

    def test_an_update_from_the_first_version_adds_what_is_new(self):
        """It had the standard procedure alone, without levels for events."""
        text = self._ref("level_text_second_firm")
        text.body = "Our words"
        others = self.installed["gentle"] | self.installed["firm"]
        others |= self._ref("procedure_public") | self._ref("procedure_charge")
        others |= self._ref("procedure_insolvency")
        events = self.installed["standard"].event_level_ids
        levels = others.with_context(active_test=False).level_ids
        self._forget(levels.text_ids)
        self._forget(levels)
        self._forget(events.text_ids)
        self._forget(events)
        self._forget(others)
        self._update_module()
        self.assertEqual(text.body, "Our words")
        for name, figures in FIGURES.items():
            procedure = self._ref(f"procedure_{name}")
            self.assertEqual(
                procedure.step_ids.mapped("day_offset"), list(figures), name
            )
            for level in procedure.event_level_ids:
                self.assertIn(
                    (level.id, None, "firm", "fr_FR"), self._stored_texts(level), name
                )

    def _forget(self, records):
        """Delete records and their names, as if they had never been installed."""
        self.env["ir.model.data"].search(
            [("model", "=", records._name), ("res_id", "in", records.ids)]
        ).unlink()
        records.unlink()

    def test_what_came_with_the_module_is_not_deleted(self):
        """An update would bring it back: two levels for one day stop the update."""
        with self.assertRaisesRegex(ValidationError, "archive it instead"):
            self._ref("level_second").unlink()
        with self.assertRaisesRegex(ValidationError, "change it instead"):
            self._ref("level_text_second_soft").unlink()
        with self.assertRaisesRegex(ValidationError, "archive it instead"):
            self.installed["gentle"].unlink()
        self._ref("level_second").active = False
        self.env.flush_all()
        self.first.copy(
            {"procedure_id": self.installed["standard"].id, "day_offset": 20}
        )
        self._update_module()
        self.second.unlink()

    # === SCREEN === #

    def test_events_have_a_list_of_their_own(self):
        with Form(self.procedure) as form:
            with form.event_level_ids.new() as level:
                level.name = "After a stop"
            with form.step_ids.edit(0) as step:
                step.day_offset = -4
        self.assertEqual(self.procedure.event_level_ids.event, "after_stop")
        self.assertEqual(len(self.procedure.step_ids), 5)
        self.assertEqual(self.courtesy.day_offset, -4)
