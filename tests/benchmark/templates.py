"""The rows that the ledger multiplies: made by the ORM, read, and rolled back."""

import contextlib
import dataclasses

from odoo.fields import Command
from odoo.tools import SQL

TEMPLATE_YEAR = "2020"

# What varies from one generated row to the next, in terms of the plan ``p`` and of
# the template ``t``. Every other column is the template's.
PARTNER = {
    "id": "p.id",
    "commercial_partner_id": "p.id",
    "name": "p.name",
    "complete_name": "p.name",
    "commercial_company_name": "p.name",
    "email": "p.email",
    "email_normalized": "p.email",
    "street": "p.street",
    "lang": "p.lang",
    "customer_rank": "p.invoices",
}
MOVE = {
    "id": "p.move_id",
    "name": "p.name",
    "sequence_prefix": "p.prefix",
    "sequence_number": "p.number",
    "payment_reference": "replace(t.payment_reference, t.name, p.name)",
    "partner_id": "p.partner_id",
    "partner_shipping_id": "p.partner_id",
    "commercial_partner_id": "p.partner_id",
    "invoice_partner_display_name": "p.partner_name",
    "date": "p.invoice_date",
    "invoice_date": "p.invoice_date",
    "invoice_date_due": "p.due_date",
    "delivery_date": "p.invoice_date",
    "amount_untaxed": "p.untaxed",
    "amount_tax": "p.tax",
    "amount_total": "p.total",
    "amount_residual": "sign(t.amount_residual) * p.total",
    "amount_untaxed_signed": "p.untaxed_balance",
    "amount_untaxed_in_currency_signed": "p.untaxed",
    "amount_tax_signed": "p.tax_balance",
    "amount_total_signed": "p.total_balance",
    "amount_total_in_currency_signed": "p.total",
    "amount_residual_signed": "sign(t.amount_residual) * p.total_balance",
}
PAYMENT_MOVE = {
    "id": "p.payment_move_id",
    "name": "p.payment_name",
    "sequence_prefix": "p.payment_prefix",
    "sequence_number": "p.payment_number",
    "ref": "p.name",
    "origin_payment_id": "p.payment_id",
    "partner_id": "p.partner_id",
    "commercial_partner_id": "p.partner_id",
    "invoice_partner_display_name": "p.partner_name",
    "date": "p.payment_date",
    "invoice_date_due": "p.payment_date",
    "amount_total": "p.total",
    "amount_total_signed": "p.total_balance",
    "amount_total_in_currency_signed": "p.total",
}
PAYMENT = {
    "id": "p.payment_id",
    "name": "p.payment_name",
    "memo": "p.name",
    "date": "p.payment_date",
    "partner_id": "p.partner_id",
    "amount": "p.total",
    "amount_company_currency_signed": "p.total_balance",
    # The entry and its payment name each other: this side is filled in afterwards.
    "move_id": "NULL",
}
PARTIAL = {
    "id": "p.partial_id",
    "debit_move_id": "p.term_id",
    "credit_move_id": "p.counterpart_id",
    "full_reconcile_id": "p.full_id",
    "amount": "p.total_balance",
    "debit_amount_currency": "p.total",
    "credit_amount_currency": "p.total",
    "max_date": "greatest(p.payment_date, p.invoice_date)",
}


def _line(line_id, amount, **changes):
    """Return what varies on a journal item.

    :param str line_id: name of the plan's column that holds its id
    :param str amount: name of the plan's amount that it carries
    """
    balance = f"sign(t.balance) * p.{amount}_balance"
    return {
        "id": f"p.{line_id}",
        "move_id": "p.move_id",
        "move_name": "p.name",
        "partner_id": "p.partner_id",
        "date": "p.invoice_date",
        "invoice_date": "p.invoice_date",
        "balance": balance,
        "debit": f"greatest({balance}, 0)",
        "credit": f"greatest(-{balance}, 0)",
        "amount_currency": f"sign(t.balance) * p.{amount}",
        "amount_residual": f"sign(t.amount_residual) * p.{amount}_balance",
        "amount_residual_currency": f"sign(t.amount_residual) * p.{amount}",
        "matching_number": "p.full_id::text",
        "full_reconcile_id": "p.full_id",
        **changes,
    }


TERM = _line(
    "term_id",
    "total",
    date_maturity="p.due_date",
    name="replace(t.name, t.move_name, p.name)",
)
PRODUCT = _line(
    "product_id",
    "untaxed",
    price_unit="p.untaxed",
    price_subtotal="p.untaxed",
    price_total="p.total",
)
TAX = _line(
    "tax_id", "tax", tax_base_amount="sign(t.tax_base_amount) * p.untaxed_balance"
)
PAYMENT_LINE = {
    "move_id": "p.payment_move_id",
    "move_name": "p.payment_name",
    "payment_id": "p.payment_id",
    "date": "p.payment_date",
    "date_maturity": "p.payment_date",
    "invoice_date": "NULL",
    "ref": "p.name",
    "name": "replace(t.name, coalesce(t.ref, ''), coalesce(p.name, ''))",
    "price_subtotal": "sign(t.price_subtotal) * p.total",
    "price_total": "sign(t.price_total) * p.total",
}
LIQUIDITY = _line("liquidity_id", "total", **PAYMENT_LINE)
COUNTERPART = _line("counterpart_id", "total", **PAYMENT_LINE)


@dataclasses.dataclass
class Template:
    """One row, and how the rows made from it differ.

    :param str table: where the rows go
    :param dict row: the ORM's row
    :param dict changes: expression by column
    :param str source: the plan to multiply by
    :param str kind: of the planned entries, else all
    :param int currency_id: of the planned entries, else all
    """

    table: str
    row: dict
    changes: dict
    source: str = "ledger_plan"
    kind: str = None
    currency_id: int = None

    @property
    def where(self):
        """Condition on the plan ``p``."""
        if not self.kind:
            return SQL("TRUE")
        return SQL("p.kind = %s AND p.currency_id = %s", self.kind, self.currency_id)


# Referenced rows come before those that refer to them.
TABLES = (
    "res_partner",
    "account_payment",
    "account_move",
    "account_full_reconcile",
    "account_move_line",
    "account_partial_reconcile",
    "account_move__account_payment",
    "account_move_line_account_tax_rel",
    "account_account_tag_account_move_line_rel",
)


def make_templates(env, currencies, taxed):
    """Make one entry of each kind and currency by the ORM, and read its rows.

    :param Environment env: a superuser's
    :param res.currency currencies: of the invoices
    :param bool taxed: the invoices carry the company's default sale tax
    :return: in the order in which their rows can be inserted
    :rtype: list(Template)
    """
    with rolled_back(env):
        partner = _make_partner(env)
        templates = [
            template
            for currency in currencies
            for template in _make_entries(env, partner, currency, taxed)
        ]
        for template in _templates(env, partner, PARTNER):
            template.source = "ledger_debtor"
            templates.append(template)
    return sorted(templates, key=lambda template: TABLES.index(template.table))


@contextlib.contextmanager
def rolled_back(env):
    """Undo in the end all that is done inside."""
    env.flush_all()
    savepoint = env.cr.savepoint(flush=False)
    try:
        yield
    finally:
        env.invalidate_all(flush=False)
        savepoint.close(rollback=True)
        # What the ORM put off until the commit concerns rows that are gone.
        env.cr.precommit.clear()
        env.cr.postcommit.clear()


def read_rows(env, table, ids, column="id"):
    """Return the rows of a table as dictionaries of JSON values."""
    env.flush_all()
    query = f"SELECT to_jsonb(t) FROM {table} t WHERE {column} = ANY(%s) ORDER BY 1"
    env.cr.execute(query, [list(ids)])
    return [row for (row,) in env.cr.fetchall()]


def _make_partner(env):
    country = env.company.country_id or env.ref("base.fr")
    return env["res.partner"].create(
        {
            "name": "Template",
            "is_company": True,
            "email": "template@debtors.example",
            "street": "1 Template",
            "zip": "10001",
            "city": "Template",
            "country_id": country.id,
        }
    )


def make_invoice(env, partner, currency, taxed, **values):
    """Make and post a customer invoice of one line, 100 before tax.

    :param values: other values of the invoice
    :rtype: account.move
    """
    price = values.pop("price_unit", 100.0)
    tax = env.company.account_sale_tax_id if taxed else env["account.tax"]
    line = {"name": "Goods", "price_unit": price, "tax_ids": [Command.set(tax.ids)]}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "currency_id": currency.id,
            "invoice_line_ids": [Command.create(line)],
            **values,
        }
    )
    invoice.action_post()
    return invoice


def _make_entries(env, partner, currency, taxed):
    """Return the templates of an open invoice, a paid one, and a lone payment."""
    dates = {
        "invoice_date": f"{TEMPLATE_YEAR}-06-15",
        "invoice_date_due": f"{TEMPLATE_YEAR}-07-15",
    }
    pending = make_invoice(env, partner, currency, taxed, **dates)
    paid = make_invoice(env, partner, currency, taxed, **dates)
    payment = (
        env["account.payment.register"]
        .with_context(active_model="account.move", active_ids=paid.ids)
        .create({"payment_date": f"{TEMPLATE_YEAR}-07-20"})
        ._create_payments()
    )
    lone = env["account.payment"].create(
        {
            "partner_id": partner.id,
            "currency_id": currency.id,
            "amount": 100.0,
            "date": f"{TEMPLATE_YEAR}-07-20",
        }
    )
    lone.action_post()
    found = {
        "open": _read_invoice(env, pending),
        "paid": _read_invoice(env, paid) + _read_payment(env, payment),
        "credit": _read_payment(env, lone),
    }
    return [
        dataclasses.replace(template, kind=kind, currency_id=currency.id)
        for kind, templates in found.items()
        for template in templates
    ]


def _read_invoice(env, invoice):
    return [
        *_templates(env, invoice, MOVE),
        *(template for line in invoice.line_ids for template in _read_line(env, line)),
    ]


def _read_line(env, line):
    changes = {"payment_term": TERM, "product": PRODUCT, "tax": TAX}[line.display_type]
    yield from _templates(env, line, changes)
    for table in (
        "account_move_line_account_tax_rel",
        "account_account_tag_account_move_line_rel",
    ):
        for row in read_rows(env, table, line.ids, "account_move_line_id"):
            yield Template(table, row, {"account_move_line_id": changes["id"]})


def _read_payment(env, payment):
    liquidity, counterpart, _others = payment._seek_for_lines()
    partial = counterpart.matched_debit_ids
    found = [
        *_templates(env, payment, PAYMENT),
        *_templates(env, payment.move_id, PAYMENT_MOVE),
        *_templates(env, liquidity, LIQUIDITY),
        *_templates(env, counterpart, COUNTERPART),
        *_templates(env, partial, PARTIAL),
        *_templates(env, partial.full_reconcile_id, {"id": "p.full_id"}),
    ]
    table = "account_move__account_payment"
    changes = {"invoice_id": "p.move_id", "payment_id": "p.payment_id"}
    for row in read_rows(env, table, payment.ids, "payment_id"):
        found.append(Template(table, row, changes))
    return found


def _templates(env, records, changes):
    rows = read_rows(env, records._table, records.ids)
    return [Template(records._table, row, changes) for row in rows]
