"""A large ledger in seconds: customers, posted invoices and payments, by SQL.

A few entries are made by the ORM, read, and rolled back; one ``INSERT … SELECT`` per
template multiplies them. So a generated row has every column that the ORM would have
filled, whatever the chart of accounts and the other addons. ``--check`` proves it.
"""

import argparse
import dataclasses
import json
import sys
import time
from datetime import date
from pathlib import Path

from coherence import find_differences
from program import add_arguments, configure, environment
from templates import TEMPLATE_YEAR, make_templates

from odoo.fields import Command
from odoo.tools import SQL


@dataclasses.dataclass
class Options:
    """What the ledger holds.

    :param int items: number of customer invoices, one item each
    :param int debtors: number of customers that share them evenly
    :param float overdue: share of the open invoices that are overdue
    :param float paid: share of the invoices that are paid in full
    :param float credits: payments without an invoice, as a share of the invoices
    :param list currencies: codes; empty stands for the company's alone
    :param bool taxed: the invoices carry the company's default sale tax
    :param int oldest: days late of the oldest open item
    :param date today: the day that parts the overdue from the others
    """

    items: int = 50_000
    debtors: int = 6_500
    overdue: float = 1.0
    paid: float = 0.0
    credits: float = 0.0
    currencies: list = dataclasses.field(default_factory=list)
    taxed: bool = False
    oldest: int = 180
    today: date = dataclasses.field(default_factory=date.today)


def generate(env, options):
    """Write the ledger into the company of ``env``; to commit is the caller's.

    :param Environment env: a superuser's, in a company with a chart of accounts
    :param Options options: what the ledger holds
    :return: number of rows by table
    :rtype: dict(str, int)
    """
    templates = make_templates(env, get_currencies(env, options), options.taxed)
    _plan_debtors(env, options)
    _plan_entries(env, options, templates)
    counts = {}
    for template in templates:
        count = _multiply(env.cr, template)
        counts[template.table] = counts.get(template.table, 0) + count
    env.cr.execute(
        "UPDATE account_payment SET move_id = p.payment_move_id "
        "FROM ledger_plan p WHERE p.payment_id = account_payment.id"
    )
    for table in counts:
        env.cr.execute(f"ANALYZE {table}")
    env.cr.execute("DROP TABLE ledger_plan, ledger_debtor")
    env.invalidate_all()
    return counts


def get_currencies(env, options):
    """Return the currencies of the ledger, each with one rate for all times.

    One rate, so that payments leave no exchange difference.

    :rtype: res.currency
    """
    if not options.currencies:
        return env.company.currency_id
    currencies = env["res.currency"].with_context(active_test=False)
    currencies = currencies.search([("name", "in", options.currencies)])
    currencies.active = True
    for rank, currency in enumerate(currencies - env.company.currency_id):
        if not currency.rate_ids:
            rate = {"name": "2000-01-01", "rate": 1.08 + rank}
            currency.rate_ids = [Command.create({**rate, "company_id": env.company.id})]
    return currencies


def _plan_debtors(env, options):
    """Name the customers, in every installed language by turns."""
    languages = [code for code, _name in env["res.lang"].get_installed()]
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE ledger_debtor ON COMMIT DROP AS
        SELECT n,
               nextval('res_partner_id_seq') AS id,
               format('Debtor %%s', lpad(n::text, 5, '0')) AS name,
               format('debtor%%s@debtors.example', n) AS email,
               format('%%s Market Street', n) AS street,
               (%(languages)s)[1 + n %% cardinality(%(languages)s)] AS lang,
               %(items)s / %(debtors)s + (n < %(items)s %% %(debtors)s)::int AS invoices
          FROM generate_series(0, %(debtors)s - 1) n
        """,
        {"languages": languages, "debtors": options.debtors, "items": options.items},
    )


def _plan_entries(env, options, templates):
    """Decide the customer, dates, amounts, numbers and ids of every entry."""
    moves = [t for t in templates if t.table == "account_move"]
    invoices = [t for t in moves if t.kind == "open"]
    paid = int(options.items * options.paid)
    env.cr.execute(
        Path(__file__).with_name("plan.sql").read_text(),
        {
            "year": TEMPLATE_YEAR,
            "today": options.today,
            "oldest": options.oldest,
            "debtors": options.debtors,
            "items": options.items,
            "paid": paid,
            "late": paid + int((options.items - paid) * options.overdue),
            "entries": options.items + int(options.items * options.credits),
            "currency_ids": [t.currency_id for t in invoices],
            "rates": [t.row["invoice_currency_rate"] for t in invoices],
            "tax": [t.row["amount_tax"] / t.row["amount_untaxed"] for t in invoices],
            "journal_ids": list({t.row["journal_id"] for t in moves}),
            **_get_numbering("", invoices[0].row),
            **_get_numbering(
                "payment_", next(t for t in moves if t.kind == "credit").row
            ),
        },
    )
    env.cr.execute("ANALYZE ledger_plan")


def _get_numbering(name, row):
    """Return how the entries of a journal are numbered, from one of them."""
    prefix = row["sequence_prefix"]
    return {
        f"{name}prefix": prefix,
        f"{name}padding": len(row["name"].removeprefix(prefix)),
    }


def _multiply(cr, template):
    """Insert the rows that a template stands for.

    :param Template template: a row and what varies
    :return: number of rows
    :rtype: int
    """
    changes = {
        column: SQL(expression)
        for column, expression in template.changes.items()
        # What the ORM left empty stays empty, but what the insert must not forget.
        if column == "id" or template.row[column] is not None
    }
    columns = {
        column: changes.get(column) or SQL.identifier("t", column)
        for column, value in template.row.items()
        if value is not None
    }
    cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(columns)s)
            SELECT %(values)s
              FROM %(source)s p
        CROSS JOIN jsonb_populate_record(NULL::%(table)s, %(row)s) t
             WHERE %(where)s
            """,
            table=SQL.identifier(template.table),
            columns=SQL(", ").join(SQL.identifier(column) for column in columns),
            values=SQL(", ").join(columns.values()),
            source=SQL.identifier(template.source),
            row=json.dumps(template.row),
            where=template.where,
        )
    )
    return cr.rowcount


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--debtors", type=int, default=6_500)
    parser.add_argument("--overdue", type=float, default=1.0, help="share, 0 to 1")
    parser.add_argument("--paid", type=float, default=0.0, help="share, 0 to 1")
    parser.add_argument("--credits", type=float, default=0.0, help="share, 0 to 1")
    parser.add_argument("--currencies", nargs="*", default=[], metavar="CODE")
    parser.add_argument("--taxed", action="store_true")
    parser.add_argument("--oldest", type=int, default=180, help="days late")
    parser.add_argument(
        "--check", action="store_true", help="recompute a sample by the ORM"
    )
    arguments = parser.parse_args(arguments)
    names = {field.name for field in dataclasses.fields(Options)}
    options = Options(**{k: v for k, v in vars(arguments).items() if k in names})
    configure(arguments.config, arguments.database)
    with environment(arguments.database) as env:
        begin = time.monotonic()
        for table, count in generate(env, options).items():
            print(f"{table:45}{count:>12,}")
        print(f"{time.monotonic() - begin:.1f} s")
        differences = find_differences(env) if arguments.check else []
    print(*differences, sep="\n")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
