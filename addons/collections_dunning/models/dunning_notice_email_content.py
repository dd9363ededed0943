from odoo import api, models
from odoo.tools import format_date
from odoo.tools.mail import plaintext2html

from ..tools import creditor_reference
from ..tools.letter_text import split_sections

TEMPLATE = "collections_dunning.dunning_email"


class DunningNotice(models.Model):
    """What an e-mail says: the text, the table of items, how to pay."""

    _inherit = "dunning.notice"

    def _prepare_content(self, text, mark=None, links=None):
        """Return subject, text and HTML of this notice, in its language.

        :param dict text: subject and body, as ``_render_texts`` returns them.
        :param dict mark: ``prefix`` of the subject and ``note`` on top of what is
            not meant for the customer.
        :param dict links: address of the invoices that go as links, by entry id.
        :rtype: dict
        """
        self.ensure_one()
        notice = self.with_context(lang=self.lang)
        mark = mark or {}
        values = {
            "note": mark.get("note", ""),
            "lang": self.lang.split("_")[0],
            "labels": notice._get_email_labels(),
            "sections": split_sections(text["body"]),
            "company": self.company_id.name,
            "number": self.name or notice.env._("Draft"),
            "items": notice._prepare_email_rows(links=links),
            "has_links": bool(links),
            "totals": notice._prepare_email_totals(),
            "shown": notice._prepare_email_shown(),
            "others": notice._prepare_other_items(),
            "columns": [name for name, _field in notice._get_charge_columns()],
            "computation": notice._prepare_computation(),
            "payment": notice._prepare_payment_lines(),
            "portal": self._has_portal_link() and self._get_portal_address(),
        }
        return {
            "subject": " ".join(filter(None, (mark.get("prefix"), text["subject"]))),
            "body": text["body"],
            "text": notice._join_email_text(values),
            "html": self.env["ir.qweb"]._render(
                TEMPLATE,
                {**values, "plaintext2html": plaintext2html},
                minimal_qcontext=True,
            ),
        }

    @api.model
    def _get_email_labels(self):
        """Return the words around the figures, in the language of the context."""
        return {
            "number": self.env._("Invoice"),
            "due": self.env._("Due date"),
            "days_late": self.env._("Days late"),
            "amount": self.env._("Open amount"),
            "shown": self.env._("For information, not asked for today"),
            "links": self.env._("Each invoice can be opened by its number."),
            "payment": self.env._("Payment by bank transfer"),
            "portal": self.env._("See your account, pay online or answer us"),
        }

    def _prepare_other_items(self):
        """Return what is listed below the table of items: title and rows.

        :rtype: list(tuple)
        """
        blocks = [
            (
                self.env._("Other overdue items, for information (not claimed here)"),
                self._prepare_email_rows(("4_information",)),
            ),
            (
                self.env._("Falling due within 10 days"),
                self._prepare_email_rows(("5_coming",)),
            ),
        ]
        return [block for block in blocks if block[1]]

    def _prepare_email_rows(
        self, kinds=("1_item", "2_covered", "3_credit"), links=None
    ):
        """Return the lines of the table of items: true open amounts, then credits.

        Of a credit, the part that is deducted here.

        :param tuple kinds: kinds of notice lines to return.
        :param dict links: address of an invoice by entry id.
        :rtype: list(dict)
        """
        links = links or {}
        columns = self._get_charge_columns()
        return [
            {
                "number": line.move_name or "",
                "url": links.get(line.move_id.id, ""),
                "due": self._format_date(line._get_due_date()),
                "days_late": str(line.days_late) if line.days_late > 0 else "",
                "amount": self._format_amount(
                    line.amount_claimed
                    if line.kind == "3_credit"
                    else line.amount_residual
                ),
                "is_credit": line.kind == "3_credit",
                "charges": [
                    self._format_amount(line[field]) if line[field] else ""
                    for _name, field in columns
                ],
            }
            for line in self.line_ids.filtered(lambda line: line.kind in kinds)
        ]

    def _prepare_email_totals(self):
        """Return the lines below the table of items: label and amount.

        What is open but held (disputed, or a payment on its way) is taken off first,
        so that the figures add up.

        :rtype: list(tuple)
        """
        self.ensure_one()
        shown = self.line_ids.filtered(
            lambda line: line.kind not in ("4_information", "5_coming")
        )
        charges = self._get_charge_rows() if self._get_charges() else []
        totals = [
            (self.env._("Not claimed at present"), -sum(shown.mapped("amount_held"))),
            (self.env._("Principal"), self.amount_claimed if charges else 0.0),
            *charges,
        ]
        rows = [row for row in totals if not self.currency_id.is_zero(row[1])]
        rows.append((self.env._("Total to pay"), self.amount_total))
        return [(label, self._format_amount(amount)) for label, amount in rows]

    def _prepare_email_shown(self):
        """Return interest and compensation that are shown but not asked for.

        :rtype: list(tuple)
        """
        rows = [] if self._get_charges() else self._get_charge_rows()
        return [(label, self._format_amount(amount)) for label, amount in rows]

    def _prepare_payment_lines(self):
        """Return how to pay: label and value; empty without a bank account."""
        self.ensure_one()
        account = self.company_id._get_dunning_bank_account().sudo()
        if not account:
            return []
        holder = account.acc_holder_name or account.partner_id.name
        reference = creditor_reference.format_printed(self._get_payment_reference())
        lines = [
            (self.env._("Account holder"), holder),
            ("IBAN", account.acc_number),
            ("BIC", account.bank_bic),
            (self.env._("Reference to quote"), reference),
        ]
        return [line for line in lines if line[1]]

    def _format_amount(self, amount):
        return self._get_writer().amount(amount)

    def _format_date(self, date):
        return format_date(self.env, date) if date else ""

    def _join_email_text(self, values):
        """Return the e-mail for those who read no HTML.

        :param dict values: what the template gets.
        :rtype: str
        """
        blocks = {
            "items": self._join_item_lines(values)
            + [self._join_label(*total) for total in values["totals"]],
            "payment": [self._join_label(*line) for line in values["payment"]],
        }
        if values["portal"]:
            label = values["labels"]["portal"]
            blocks["items"] += ["", self._join_label(label, values["portal"])]
        if values["shown"]:
            blocks["items"] += ["", values["labels"]["shown"]]
            blocks["items"] += [self._join_label(*row) for row in values["shown"]]
        for title, rows in values["others"]:
            blocks["items"] += ["", title]
            blocks["items"] += self._join_item_lines({**values, "items": rows})
        parts = [
            text if kind == "text" else "\n".join(blocks[kind])
            for kind, text in values["sections"]
        ]
        parts += self._join_computation(values["computation"])
        return "\n\n".join(part for part in [values["note"], *parts] if part) + "\n"

    def _join_item_lines(self, values):
        lines = []
        label = values["labels"]["due"]
        for row in values["items"]:
            due = row["due"] and f" ({self._join_label(label, row['due'])})"
            lines.append(
                "- " + self._join_label(f"{row['number']}{due}", row["amount"])
            )
            lines += [
                "  " + self._join_label(name, amount)
                for name, amount in zip(values["columns"], row["charges"], strict=True)
                if amount
            ]
            if row["url"]:
                lines.append(f"  {row['url']}")
        return lines

    def _join_computation(self, computation):
        """Return how interest is computed, as paragraphs for those who read no HTML.

        :param dict computation: see ``_prepare_computation``.
        :rtype: list(str)
        """
        if not computation:
            return []
        parts = [f"{computation['title']}\n{computation['note']}"]
        days = computation["heads"]["days"]
        for item in computation["items"]:
            lines = [item["title"]]
            lines += [
                "- "
                + self._join_label(
                    f"{row['period']} ({self._join_label(days, row['days'])})",
                    f"{row['principal']} × {row['rate']} → {row['amount']}",
                )
                for row in item["segments"]
            ]
            lines += [self._join_label(*total) for total in item["totals"]]
            parts.append("\n".join(lines))
        totals = [self._join_label(*total) for total in computation["totals"]]
        return [*parts, "\n".join(totals)]

    def _join_label(self, label, value):
        """Return a label and its value, as the language of the context joins them."""
        return self.env._("%(label)s: %(value)s", label=label, value=value)
