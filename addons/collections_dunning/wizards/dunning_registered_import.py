import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.table_reader import TableError, read_table

COLUMNS = 5


class DunningRegisteredImport(models.TransientModel):
    """Numbers, days and outcomes of letters, from a CSV file.

    Columns: notice number; registered number; posting date; first presentation;
    outcome. The last three may be missing. What will be written is shown first; a row
    is written as a whole or not at all, and stays here, with the reason, if not.
    """

    _name = "dunning.registered.import"
    _description = "Import of Registered Letters"

    file = fields.Binary(string="CSV File", attachment=False)
    file_name = fields.Char()
    line_ids = fields.One2many("dunning.registered.import.line", "wizard_id")
    ready_count = fields.Integer(compute="_compute_counts")
    wrong_count = fields.Integer(compute="_compute_counts")
    written_count = fields.Integer(readonly=True)
    rejected = fields.Binary(compute="_compute_rejected", string="Rows Not Written")
    rejected_name = fields.Char(compute="_compute_rejected")

    @api.depends("line_ids.error")
    def _compute_counts(self):
        for wizard in self:
            wrong = wizard.line_ids.filtered("error")
            wizard.wrong_count = len(wrong)
            wizard.ready_count = len(wizard.line_ids - wrong)

    @api.depends("line_ids.error")
    def _compute_rejected(self):
        """Give the rows that are wrong back, as they were, with the reasons."""
        for wizard in self:
            stream = io.StringIO()
            writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
            for line in wizard.line_ids.filtered("error"):
                writer.writerow([*line._get_cells(), line.error])
            content = stream.getvalue().encode("utf-8-sig")
            wizard.rejected = base64.b64encode(content)
            wizard.rejected_name = self.env._("not written.csv")

    # === ACTION METHODS === #

    def action_preview(self):
        """Read the file and show what would be written.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when there is no file, or it is no table.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            rows = read_table(base64.b64decode(self.file))
        except TableError as error:
            raise UserError(
                self.env._("%(file)s is no CSV file.", file=self.file_name or "")
            ) from error
        lines = self.env["dunning.registered.import.line"]
        self.line_ids.unlink()
        self.written_count = 0
        lines.create(
            [
                lines._prepare_vals(self, number, (cells + [""] * COLUMNS)[:COLUMNS])
                for number, cells in self._drop_heading(rows)
            ]
        )
        self.line_ids._resolve()
        return self._reopen()

    def action_import(self):
        """Write the rows that are right, each of them as a whole.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        written = self.line_ids.filtered(lambda line: not line.error)._write_all()
        self.written_count += len(written)
        written.unlink()
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.line_ids.unlink()
        self.write({"file": False, "written_count": 0})
        return self._reopen()

    def _drop_heading(self, rows):
        """Return the rows without the heading: no digit in its first two cells."""
        if rows:
            _number, cells = rows[0]
            if not any(char.isdigit() for char in "".join(cells[:2])):
                return rows[1:]
        return rows

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Registered Letters"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
