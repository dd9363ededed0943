from collections import Counter

from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import remove_accents
from odoo.tools.misc import get_lang

from ..const import LETTER_CHANNELS
from ..models.dunning_notice_registered import POST_FIELDS
from ..tools.table_reader import read_date

# Cells of a row, in the order of the columns.
CELLS = ("notice_cell", "number_cell", "posted_cell", "presented_cell", "outcome_cell")
# What the post writes besides our own words.
POST_WORDS = {
    "npai": "unknown",
    "distribue": "delivered",
    "refuse": "refused",
    "non reclame": "unclaimed",
    "pli avise non reclame": "unclaimed",
    "avise non reclame": "unclaimed",
    "pli avise et non reclame": "unclaimed",
    "destinataire inconnu a l'adresse": "unknown",
    "inconnu a l'adresse": "unknown",
}


class DunningRegisteredImportLine(models.TransientModel):
    _name = "dunning.registered.import.line"
    _description = "Row of an Import of Registered Letters"
    _order = "line_number, id"

    wizard_id = fields.Many2one(
        "dunning.registered.import", required=True, index=True, ondelete="cascade"
    )
    line_number = fields.Integer(string="Line", readonly=True)
    notice_cell = fields.Char(string="Notice", readonly=True)
    number_cell = fields.Char(string="Registered Number", readonly=True)
    posted_cell = fields.Char(string="Posted On (as in the file)", readonly=True)
    presented_cell = fields.Char(string="Presented On (as in the file)", readonly=True)
    outcome_cell = fields.Char(string="Outcome (as in the file)", readonly=True)
    notice_id = fields.Many2one("dunning.notice", string="Letter", readonly=True)
    partner_id = fields.Many2one(related="notice_id.partner_id")
    posted_on = fields.Date(readonly=True)
    presented_on = fields.Date(string="First Presentation", readonly=True)
    delivery_outcome = fields.Selection(
        selection=lambda self: (
            self.env["dunning.notice"]
            ._fields["delivery_outcome"]
            ._description_selection(self.env)
        ),
        string="Outcome at the Post",
        readonly=True,
    )
    is_posting = fields.Boolean(
        string="Marks as Posted",
        readonly=True,
        help="The letter is printed: with the day of its posting it is sent.",
    )
    error = fields.Char(string="Not Written, because", readonly=True)

    def _prepare_vals(self, wizard, line_number, cells):
        """Return the values of a row as it stands in the file."""
        return {
            "wizard_id": wizard.id,
            "line_number": line_number,
            **dict(zip(CELLS, cells, strict=True)),
        }

    def _get_cells(self):
        """Return the cells of this row as they stood in the file."""
        self.ensure_one()
        return [self[name] or "" for name in CELLS]

    # === READING === #

    def _resolve(self):
        """Find the letters of these rows, and what would be written on them."""
        letters = self._find_letters()
        outcomes = self._get_outcome_words()
        date_format = get_lang(self.env).date_format
        again = Counter(line._get_key() for line in self)
        for line in self:
            found = letters.get(line._get_key(), self.env["dunning.notice"])
            line.notice_id = found if len(found) == 1 else False
            try:
                line.update(line._read_cells(outcomes, date_format))
                line._check_letter(found, again[line._get_key()])
                line._check_values()
            except UserError as error:
                line.error = str(error)

    def _get_key(self):
        return (self.notice_cell or "").strip().upper()

    def _find_letters(self):
        """Return the letters that these rows name.

        :return: letters by number; several where companies number alike.
        :rtype: dict(str, dunning.notice)
        """
        return (
            self.env["dunning.notice"]
            .search(
                [
                    ("name", "in", [line._get_key() for line in self]),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
            .grouped("name")
        )

    def _get_outcome_words(self):
        """Return the outcomes by the words for them, small and without accents."""
        field = self.env["dunning.notice"]._fields["delivery_outcome"]
        words = dict(POST_WORDS)
        for lang in (self.env.lang, "en_US"):
            labels = field._description_selection(self.with_context(lang=lang).env)
            words.update({_simplify(label): value for value, label in labels})
        words.update({value: value for value, _label in field.selection})
        return words

    def _read_cells(self, outcomes, date_format):
        """Return the days and the outcome that the cells stand for.

        :raise UserError: names the cell that can't be read.
        """
        values = {}
        for name, cell in (
            ("posted_on", self.posted_cell),
            ("presented_on", self.presented_cell),
        ):
            try:
                values[name] = read_date(cell, date_format) if cell else False
            except ValueError as error:
                raise UserError(
                    self.env._("“%(text)s” is no date.", text=cell)
                ) from error
        outcome = self.outcome_cell and outcomes.get(_simplify(self.outcome_cell))
        if self.outcome_cell and not outcome:
            raise UserError(
                self.env._("“%(text)s” is no outcome.", text=self.outcome_cell)
            )
        return {**values, "delivery_outcome": outcome or False}

    # === CHECKS === #

    def _check_letter(self, found, count):
        """Refuse a row that names no letter, or not one alone.

        :raise UserError: says why.
        """
        if not found:
            raise UserError(self.env._("There is no notice with this number."))
        if len(found) > 1:
            raise UserError(
                self.env._("Several companies have this number: look at one of them.")
            )
        if count > 1:
            raise UserError(self.env._("Several rows are about this letter."))
        if found.channel not in LETTER_CHANNELS:
            raise UserError(self.env._("This is not a letter."))
        number = self.number_cell or ""
        if "E+" in number.upper():
            raise UserError(
                self.env._("The spreadsheet has rounded the number: format it as text.")
            )

    def _check_values(self):
        """Refuse a row whose values can't be true.

        :raise UserError: says why.
        """
        self.ensure_one()
        values = self._get_written_values()
        if not values:
            raise UserError(self.env._("Nothing to write: the other cells are empty."))
        notice = self.notice_id
        known = {name: notice[name] for name in (*POST_FIELDS, "state")}
        self.is_posting = notice.state == "printed" and bool(self.posted_on)
        if self.is_posting:
            notice._check_postable()
            values["state"] = "sent"
        future = notice.new({**known, **values}, origin=notice)
        problem = future._get_post_problem()
        twins = self.wizard_id.line_ids.filtered(
            lambda line: values.get("registered_number") == line.number_cell
        )
        if not problem and len(twins) > 1 and self.number_cell:
            problem = self.env._("Several rows have this registered number.")
        if problem:
            raise UserError(problem)

    def _get_written_values(self):
        """Return what this row writes on its letter: an empty cell erases nothing."""
        self.ensure_one()
        values = {
            "registered_number": self.number_cell,
            "posted_on": self.posted_on,
            "presented_on": self.presented_on,
            "delivery_outcome": self.delivery_outcome,
        }
        return {name: value for name, value in values.items() if value}

    # === WRITING === #

    def _write_all(self):
        """Write these rows; each is written as a whole, or says why it is not.

        :return: the rows that were written.
        :rtype: dunning.registered.import.line
        """
        written = self.browse()
        for line in self:
            try:
                with self.env.cr.savepoint():
                    line._write_letter()
                written |= line
            except (UserError, RedirectWarning) as error:
                line.error = error.args[0]
        return written

    def _write_letter(self):
        """Write this row on its letter; mark it as posted if the row says when."""
        values = self._get_written_values()
        posting = {
            name: values.pop(name)
            for name in ("registered_number", "posted_on")
            if self.is_posting and name in values
        }
        if posting:
            self.notice_id.write(posting)
            self.notice_id.action_post()
        if values:
            self.notice_id.write(values)


def _simplify(text):
    return remove_accents(text.strip()).casefold().replace("’", "'")
