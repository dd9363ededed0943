"""Import a CSV of receivables through the JSON-2 API, then run dunning on them.

    export ODOO_API_KEY=...   # of a user who invoices and is a Credit Manager
    python tests/import_receivables.py FILE --url http://localhost:8069 --db DATABASE

Customers, posted invoices, and payments reconciled at their settlement dates go into
the company of that user. Wrong rows are reported by their line and skipped. Each call
is one transaction, and what exists is found again (a customer by its reference, an
invoice by its customer and reference): run it again after an interruption, it goes on.

Ends with status 0, 1 when rows were skipped, 2 when it had to give up.
"""

import argparse
import os
import sys
from datetime import date

from json2 import Api, ApiError
from receivables_csv import WrongFile, read_receivables
from receivables_importer import Importer

# === DUNNING === #


def run_dunning(api, company, as_of):
    """Propose the notices of a day, or propose them anew.

    :return: the values of the run
    """
    domain = [
        ("company_id", "=", company),
        ("date", "=", as_of.isoformat()),
        ("state", "in", ["draft", "proposed"]),
    ]
    runs = api.call("dunning.run", "search", domain=domain, limit=1) or api.call(
        "dunning.run",
        "create",
        vals_list=[{"company_id": company, "date": as_of.isoformat()}],
    )
    api.call("dunning.run", "action_propose", runs)
    [run] = api.call(
        "dunning.run",
        "read",
        runs,
        fields=["date", "open_item_count", "difference_count", "difference_amount"],
    )
    return run


def print_outcome(api, run):
    """Print what became of each open item, and the notices drafted for them."""
    outcomes = api.call(
        "dunning.run.outcome",
        "search_read",
        domain=[("run_id", "=", run["id"])],
        fields=["reason", "currency_id", "item_count", "amount_residual"],
    )
    reasons = get_labels(api, "dunning.run.outcome", "reason")
    print(f"\nDunning as of {run['date']}")
    print(f"  {'Reason':34} {'Items':>6} {'Open':>14}")
    for outcome in outcomes:
        print(
            f"  {reasons[outcome['reason']]:34} {outcome['item_count']:6} "
            f"{outcome['amount_residual']:14,.2f} {outcome['currency_id'][1]}"
        )
    print(
        f"  {'In the ledger':34} {run['open_item_count']:6} "
        f"(difference {run['difference_count']} items, {run['difference_amount']:.2f})"
    )
    notices = api.call(
        "dunning.notice",
        "formatted_read_group",
        domain=[("run_id", "=", run["id"])],
        groupby=["level_id", "channel"],
        aggregates=["__count", "amount_total:sum"],
    )
    channels = get_labels(api, "dunning.notice", "channel")
    print("\nNotices drafted")
    for group in notices:
        print(
            f"  {group['level_id'][1]:22} {channels[group['channel']]:18} "
            f"{group['__count']:6} {group['amount_total:sum']:12,.2f}"
        )
    if not notices:
        print("  none")


def get_labels(api, model, field):
    """Return the labels of a selection field by value."""
    fields = api.call(model, "fields_get", allfields=[field], attributes=["selection"])
    return dict(fields[field]["selection"])


# === COMMAND LINE === #


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", help="CSV file of receivables")
    parser.add_argument("--url", default="http://localhost:8069")
    parser.add_argument("--db", help="database; not needed when there is but one")
    parser.add_argument(
        "--key", default=os.environ.get("ODOO_API_KEY"), help="default: $ODOO_API_KEY"
    )
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=date(2013, 6, 30),
        metavar="YYYY-MM-DD",
        help="day of the dunning run (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    if not options.key:
        parser.error("a key is needed: --key or $ODOO_API_KEY")
    return options


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        receivables, problems = read_receivables(options.file)
        importer = Importer(Api(options.url, options.db, options.key))
        importer.run(receivables)
        print(", ".join(f"{n} {name} made" for name, n in importer.done.items()))
        for problem in sorted(problems + importer.problems):
            print(f"line {problem.line}: {problem.message}")
        is_open = [row for row in receivables if row.is_open(options.as_of)]
        run = run_dunning(importer.api, importer.company, options.as_of)
    except (WrongFile, ApiError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print_outcome(importer.api, run)
    total = sum(row.amount for row in is_open)
    print(f"\nThe file has {len(is_open)} open items of {total:,.2f} on that day.")
    return 1 if problems or importer.problems else 0


if __name__ == "__main__":
    sys.exit(main())
