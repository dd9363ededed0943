"""Time dunning on large ledgers: from the assessment to the delivery.

Each benchmark works in a scratch database copied from ``--database``, which must have
the addon installed and nobody connected, commits for real, and drops its copy.
"""

import argparse
import os

from late import claim_interest, pay_in_part
from ledger import Options, generate
from meter import measured, print_head
from post import set_copies, smtp_sink
from program import add_arguments, configure, environment, scratch_database
from views import get_specification

from odoo import fields
from odoo.tools.misc import split_every

OPEN_ITEMS = [
    ("account_type", "=", "asset_receivable"),
    ("parent_state", "=", "posted"),
    ("reconciled", "=", False),
]


def assess(database, arguments):
    """Assess every open item; then once more, when nothing has changed."""
    items = _fill(database, arguments)
    for title in ("assess", "assess, nothing changed"):
        with environment(database) as env:
            run = _create_run(env)
            assessment = env["dunning.assessment"]
            with measured(title) as cost:
                cost.count = items
                assessment._assess(run.company_id, run.date)
                assessment._write_decisions(run)
                assessment._write_outcomes(run)
                env.flush_all()
                env.cr.commit()
            _print_outcomes(run)


def propose(database, arguments):
    """Assess and draft the notices, as a run does."""
    items = _fill(database, arguments)
    with environment(database) as env:
        run = _create_run(env)
        with measured("assess and propose") as cost:
            cost.count = items
            run._propose()
            env.flush_all()
            env.cr.commit()
        _print_outcomes(run)
        print(
            f"{len(run.notice_ids):,} notices, {len(run.notice_ids.line_ids):,} lines"
        )


def email(database, arguments):
    """Send one e-mail to each debtor, over SMTP to a server on this machine."""
    _fill(database, arguments)
    set_copies(database, arguments.copies)
    _queue(database, "email")
    with smtp_sink() as (port, folder):
        with environment(database) as env:
            server = {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port}
            env["ir.mail_server"].create(server)
        with measured("send e-mails") as cost:
            cost.count = left = _count_queued(database)
            while left:
                queued = left
                with environment(database) as env:
                    cron = "collections_dunning.ir_cron_dunning_notice_send"
                    env.ref(cron).method_direct_trigger()
                left = _count_queued(database)
                assert left < queued, "the job sent nothing"
        _print_states(database)
        received = len(list(folder.glob("*.eml")))
        print(f"{received:,} messages received")
        assert received == cost.count, "a message was lost or sent twice"


def letters(database, arguments):
    """Print a letter to each debtor."""
    _fill(database, arguments)
    _queue(database, "letter")
    with environment(database) as env:
        notices = env["dunning.notice"].search([("state", "=", "queued")])
        with measured("print letters") as cost:
            cost.count = len(notices)
            notices.action_print()
            env.flush_all()
            env.cr.commit()
    _print_states(database)


def review(database, arguments):
    """Open the screen that reviews a proposal, and approve the others."""
    _fill(database, arguments)
    with environment(database) as env:
        run = _create_run(env)
        run._propose()
        run.notice_ids.approved = False  # as in the first two weeks
    with environment(database) as env:
        run = env(user=env.ref("base.user_admin"))["dunning.run"].browse(run.id)
        specification = get_specification(run, "form")
        drafts = len(run.notice_ids)
        for title in ("open the proposal", "open it again"):
            run.env.invalidate_all()
            with measured(title) as cost:
                cost.count = drafts
                run.web_read(specification)
        with measured("approve the others") as cost:
            cost.count = run.other_count
            run.action_approve_all()
            env.flush_all()
            env.cr.commit()
        assert not run.can_approve_all, "some drafts were not approved"


def statements(database, arguments):
    """Put a statement of account of each debtor into core's mail queue."""
    _fill(database, arguments)
    with environment(database) as env:
        env["collections.debtor"]._ensure_for(env.company)
        debtors = env["collections.debtor"].search([])
        with measured("queue statements") as cost:
            cost.count = len(debtors)
            for batch in split_every(50, debtors.ids, debtors.browse):
                batch._send_monthly_statements(fields.Date.context_today(debtors))
                env.cr.commit()
                env.invalidate_all()
        mails = env["mail.mail"].search_count([("state", "=", "outgoing")])
        assert mails >= cost.count, "a statement is missing"


def aged(database, arguments):
    """Read the aged balance as its pivot does: by customer and age, all at once."""
    items = _fill(database, arguments)
    with environment(database) as env:
        model = env(user=env.ref("base.user_admin"))["collections.aged.item"]
        with measured("aged balance") as cost:
            cost.count = items
            model.formatted_read_grouping_sets(
                [],
                [[], ["partner_id"], ["bucket"], ["partner_id", "bucket"]],
                [
                    "__count",
                    "amount_residual:sum",
                    "amount_residual:sum_currency",
                    "company_currency_id:array_agg_distinct",
                ],
            )


def interest(database, arguments):
    """Compute late interest of the open items, half of them paid in part."""
    _fill(database, arguments)
    with environment(database) as env:
        claim_interest(env)
        pay_in_part(env)
    with environment(database) as env:
        items = env["account.move.line"].search(OPEN_ITEMS)
        with measured("interest of open items") as cost:
            cost.count = len(items)
            amounts = items.mapped("dunning_interest")
        late = sum(amount > 0 for amount in amounts)
        print(f"{late:,} items bear {sum(amounts):,.2f}")
        assert late > cost.count // 2, "hardly an item bears interest"


def charges(database, arguments):
    """Assess, and draft notices that claim interest and compensation."""
    items = _fill(database, arguments)
    with environment(database) as env:
        claim_interest(env)
        pay_in_part(env)
    with environment(database) as env:
        run = _create_run(env)
        with measured("propose with charges") as cost:
            cost.count = items
            run._propose()
            env.flush_all()
            env.cr.commit()
        notices = run.notice_ids
        claimed = sum(notices.mapped("amount_interest"))
        print(f"{len(notices):,} notices claim interest of {claimed:,.2f}")
        assert claimed, "no notice claims interest"


def behaviour(database, arguments):
    """Compute how every customer pays, and sort them; then when nothing has changed."""
    _fill(database, arguments)
    with environment(database) as env:
        env["collections.debtor"]._ensure_for(env.company, is_past=True)
        count = env["collections.debtor"].search_count([])
        env.cr.commit()
    for title in ("behaviour", "behaviour, nothing changed"):
        with environment(database) as env:
            with measured(title) as cost:
                cost.count = count
                env["collections.behaviour"]._update(env.company)
                env.cr.commit()
        _sort(database, title.replace("behaviour", "segments"), count)
    with environment(database) as env:
        # As when somebody changes the conditions: everybody moves, each is told.
        env["collections.segment"].create({"name": "All", "sequence": -1})
        env.cr.commit()
    _sort(database, "segments, all of them change", count)
    with environment(database) as env:
        groups = env["collections.debtor"]._read_group([], ["grade"], ["__count"])
        print(*(f"{grade or 'none'}: {number:,}" for grade, number in groups))


def _sort(database, title, count):
    """Sort every customer into a segment."""
    with environment(database) as env:
        with measured(title) as cost:
            cost.count = count
            env["collections.segment"]._sort_customers(env.company)
            env.cr.commit()
        model = env["collections.debtor"]
        groups = model._read_group([], ["segment_id"], ["__count"])
        print(*(f"{segment.name}: {number:,}" for segment, number in groups))


def _fill(database, arguments):
    """Set up the company and write the ledger; 0 items: it is there already.

    :return: number of open items
    :rtype: int
    """
    options = Options(
        items=arguments.items,
        debtors=arguments.debtors,
        overdue=arguments.overdue,
        credits=arguments.credits,
        paid=arguments.paid,
        oldest=arguments.oldest,
        currencies=["EUR"],
    )
    with environment(database) as env:
        company = env.company
        company.write(
            {
                "email": "collections@creditor.example",
                "dunning_procedure_id": env["dunning.procedure"]._get_first().id,
                "dunning_send_window": False,
                "dunning_sent_outside": True,
                # Long ago: nothing is old debt.
                "dunning_start_date": "2000-01-01",
            }
        )
        company.partner_id.bank_ids = [
            fields.Command.create({"acc_number": "FR7630006000011234567890189"})
        ]
        if options.items:
            with measured("generate the ledger") as cost:
                cost.count = options.items
                generate(env, options)
    return _count_open(database)


def _create_run(env):
    return env["dunning.run"].create({"company_id": env.company.id})


def _queue(database, channel):
    """Draft the notices and queue them all for one channel."""
    with environment(database) as env:
        run = _create_run(env)
        run._propose()
        run.notice_ids.channel = channel
        run.notice_ids.action_approve()
        run.action_confirm()


def _count_open(database):
    with environment(database) as env:
        return env["account.move.line"].search_count(OPEN_ITEMS)


def _count_queued(database):
    with environment(database) as env:
        return env["dunning.notice"].search_count([("state", "=", "queued")])


def _print_outcomes(run):
    for outcome in run.outcome_ids:
        print(f"    {outcome.reason:20}{outcome.item_count:>12,}")
    assert run.difference_count == 0 and run.difference_amount == 0


def _print_states(database):
    with environment(database) as env:
        groups = env["dunning.notice"]._read_group([], ["state"], ["__count"])
        print(*(f"{state}: {count:,}" for state, count in groups), sep=", ")
        assert len(groups) == 1, "some notices did not leave"


# Ledger of each benchmark where no other is asked for.
BENCHMARKS = {
    assess: {"items": 50_000, "debtors": 6_500},
    propose: {"items": 50_000, "debtors": 6_500},
    email: {"items": 5_000, "debtors": 1_000},
    letters: {"items": 2_500, "debtors": 500},
    review: {"items": 4_500, "debtors": 900},
    statements: {"items": 5_000, "debtors": 1_000},
    aged: {"items": 50_000, "debtors": 6_500},
    interest: {"items": 10_000, "debtors": 1_300, "oldest": 700},
    charges: {"items": 50_000, "debtors": 6_500, "oldest": 700},
    behaviour: {"items": 500_000, "debtors": 50_000, "paid": 0.8},
}


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    parser.add_argument(
        "--keep", action="store_true", help="leave the scratch database there"
    )
    commands = parser.add_subparsers(required=True)
    for benchmark, defaults in BENCHMARKS.items():
        command = commands.add_parser(benchmark.__name__, help=benchmark.__doc__)
        for name in ("items", "debtors", "oldest"):
            command.add_argument(
                f"--{name}",
                type=int,
                default=defaults.get(name, 180),
                help="%(default)s",
            )
        for name, default in {"overdue": 1.0, "credits": 0.0, "paid": 0.0}.items():
            command.add_argument(
                f"--{name}",
                type=float,
                default=defaults.get(name, default),
                help="share, %(default)s",
            )
        if benchmark is email:
            command.add_argument(
                "--copies",
                choices=("none", "stored", "printed"),
                default="none",
                help="copies of the invoices, %(default)s",
            )
        command.set_defaults(benchmark=benchmark)
    return parser.parse_args(arguments)


def main(arguments=None):
    arguments = parse(arguments)
    configure(arguments.config, arguments.database)
    print("load average:", *os.getloadavg())
    print_head()
    with scratch_database(arguments.database, arguments.keep) as database:
        arguments.benchmark(database, arguments)


if __name__ == "__main__":
    main()
