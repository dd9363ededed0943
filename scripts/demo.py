"""One dunning day on the demo company, told in the terminal.

usage: demo.py DATABASE SMTP_PORT REPORT_PORT WEB_PORT

Only public methods and the real scheduled jobs are used: what is shown is what a user
would get. REPORT_PORT is where a server answers for the style sheets of printed
documents, WEB_PORT what links in e-mails lead to.
"""

import email
import email.policy
import sys
from collections import Counter
from datetime import timedelta

import odoo
from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tools import config

from demo_credit import show_credit
from ground import CONF, REPO, VAR
from tables import Money, table

MAIL = VAR / "mail"
LETTERS = VAR / "demo"
TEST_HEAD = ["Test", "Result", "Detail"]
RESULTS = {"passed": "passed", "refused": "REFUSED", "not_reached": "-"}
DEMO = "collections_dunning."  # the addon with the demo company
DEBITED = "Pharmacie Vauban"  # whose direct debit comes back
# Reasons for not dunning an item that the demo company has an example of.
SHOWN = {
    *("by_hand", "bill", "covered_by_credit", "credit", "direct_debit", "disputed"),
    *("dunned", "factored", "insolvency", "no_followup", "no_recipient"),
    *("not_delivered", "not_due", "old_debt", "paused", "payment_plan", "promise"),
    *("retention",),
    *("to_allocate", "waiting"),
}


# === PREPARATION === #


def prepare(env, smtp_port, report_port, web_port):
    """Point Odoo's outgoing mail to the local sink, and links to where we serve."""
    env["ir.mail_server"].search([]).unlink()
    env["ir.mail_server"].create(
        {"name": "Local sink", "smtp_host": "127.0.0.1", "smtp_port": smtp_port}
    )
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", f"http://localhost:{web_port}")
    parameters.set_param("web.base.url.freeze", "True")
    parameters.set_param("report.url", f"http://127.0.0.1:{report_port}")
    activate(env, env.ref(DEMO + "res_company_atelier_lumen_demo"))
    env.cr.commit()


def activate(env, company):
    """Activate dunning as if it had been done a month ago: nothing is on trial."""
    company.action_dunning_activate()
    company.dunning_activated_on = fields.Date.today() - timedelta(days=30)


# === THE DAY === #


def propose(env, company):
    """Assess the open items; show that each is accounted for."""
    run = env["dunning.run"].create({"company_id": company.id})
    run.action_propose()
    env.cr.commit()
    labels = dict(
        env["dunning.run.outcome"]._fields["reason"]._description_selection(env)
    )
    table(
        f"Run of {run.date}, {company.name}: every open item and its reason",
        ["Reason", "Currency", "Items", "Open", "Claimed"],
        [
            (
                labels[outcome.reason],
                outcome.currency_id.name,
                outcome.item_count,
                Money(outcome.amount_residual),
                Money(outcome.amount_claimed),
            )
            for outcome in run.outcome_ids
        ],
    )
    show_difference(env, run)
    missing = SHOWN - set(run.outcome_ids.mapped("reason"))
    if missing:
        raise SystemExit(f"error: nothing shows these reasons: {sorted(missing)}")
    return run


def reject_debit(env, company):
    """Record, as a collector does, that the bank sent a direct debit back."""
    debtor = env["collections.debtor"].search(
        [("company_id", "=", company.id), ("partner_id.name", "=", DEBITED)]
    )
    items = env["account.move.line"].search(
        [
            ("partner_id", "=", debtor.partner_id.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("date_maturity", "<", fields.Date.today()),
        ]
    )
    env["collections.payment.rejection"].create(
        {
            "debtor_id": debtor.id,
            "move_line_ids": items.ids,
            "amount": sum(items.mapped("amount_residual_currency")),
            "currency_id": items.currency_id.id,
            "reason": "Provision insuffisante",
        }
    )
    env.cr.commit()
    notices = env["dunning.notice"].search(
        [("debtor_id", "=", debtor.id), ("level_id.event", "=", "rejected")]
    )
    table(
        f"A direct debit of {DEBITED} came back: what happens at once",
        ["What", "Detail"],
        [
            *((n.display_name, n.state) for n in notices),
            *((a.summary, a.user_id.name) for a in debtor.activity_ids),
        ],
    )


def show_difference(env, run):
    """Hold the outcomes against the ledger, read here independently of the run."""
    ledger = env["account.move.line"]._read_group(
        [
            ("company_id", "=", run.company_id.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ],
        ["currency_id"],
        ["__count", "amount_residual_currency:sum"],
    )
    rows = []
    for currency, count, amount in ledger:
        mine = run.outcome_ids.filtered(lambda o, c=currency: o.currency_id == c)
        difference = round(amount - sum(mine.mapped("amount_residual")), 2)
        missing = count - sum(mine.mapped("item_count"))
        rows.append((currency.name, count, Money(amount), missing, Money(difference)))
    table(
        "The same open items in the ledger",
        ["Currency", "Items", "Open", "Missing", "Difference"],
        rows,
    )
    if any(row[3] or row[4] for row in rows):
        raise SystemExit("error: the run doesn't add up to the ledger")


def send(env, run):
    """Approve all drafts, confirm, let the scheduled job send, and post the letters."""
    run.action_approve_all()
    run.notice_ids.filtered(lambda n: n.state == "draft").action_approve()
    run.action_confirm()
    env.cr.commit()
    send_queue(env, run.company_id)
    letters = env["dunning.notice"].search(
        [
            ("company_id", "=", run.company_id.id),
            ("state", "=", "queued"),
            ("channel", "in", ("letter", "registered_letter")),
        ]
    )
    if letters:
        letters.action_print()
        letters.action_post()
        env.cr.commit()


def send_queue(env, company):
    """Have the job send until nothing leaves any more: a call has its time."""
    queued = [
        ("company_id", "=", company.id),
        ("state", "=", "queued"),
        ("channel", "=", "email"),
    ]
    job = env.ref(DEMO + "ir_cron_dunning_notice_send").sudo()
    left = env["dunning.notice"].search_count(queued)
    before = left + 1
    while 0 < left < before:
        job.method_direct_trigger()
        env.cr.commit()  # the job has a transaction of its own: see what it did
        before, left = left, env["dunning.notice"].search_count(queued)


def print_formal_notice(env, company):
    """Make the formal notice for an invoice, as a manager who waits no longer.

    :return: the invoice: the most overdue one that was reminded of, waits for its
        next level and has had no formal notice
    """
    decisions = env["dunning.decision"].search(
        [
            ("company_id", "=", company.id),
            ("reason", "=", "waiting"),
            ("closed_run_id", "=", False),
        ],
        order="date_maturity",
    )
    lines = env["dunning.notice.line"].search(
        [("move_line_id", "in", decisions.move_line_id.ids), ("live", "=", True)]
    )
    formal = lines.filtered("notice_id.is_formal").move_line_id
    items = decisions.move_line_id & lines.move_line_id - formal
    move = items[:1].move_id
    if move:
        move.action_print_formal_notice()
        env.cr.commit()
    return move


def get_formal_notices(env, move):
    """Return the formal notices about an invoice."""
    lines = env["dunning.notice.line"].search(
        [("move_id", "in", move.ids), ("notice_id.is_formal", "=", True)]
    )
    return lines.notice_id


# === WHAT CAME OF IT === #


def show_notices(env, notices):
    fields = notices._fields
    channels = dict(fields["channel"]._description_selection(env))
    states = dict(fields["state"]._description_selection(env))
    counts = Counter(
        (n.level_id.name or "", channels.get(n.channel, ""), states[n.state])
        for n in notices
    )
    table(
        "Notices of this run",
        ["Level", "Channel", "State", "Number"],
        [(*key, number) for key, number in sorted(counts.items())],
    )
    waiting = notices.filtered(lambda n: n.state == "draft")
    reasons = dict(fields["review_reason"]._description_selection(notices.env))
    table(
        "Approved, but their salesperson is told first and may object",
        ["Notice", "To look at", "Salesperson"],
        [
            (
                n.display_name,
                reasons.get(n.review_reason, ""),
                n.partner_id.user_id.name,
            )
            for n in waiting
        ],
    )
    problems = notices.filtered("error")
    if problems:
        table(
            "Errors", ["Notice", "Error"], [(n.display_name, n.error) for n in problems]
        )


def show_interest(env, notices):
    """Tell what was claimed beside the principal, and what was only shown."""
    charged = notices.filtered(lambda n: n.amount_interest or n.amount_compensation)
    charged = charged.sorted(lambda n: (n.charging, -n.amount_interest))
    treated = dict(notices._fields["charging"]._description_selection(env))
    table(
        "Late interest and compensation on these notices",
        ["Notice", "They are", "Principal", "Interest", "Compensation", "Currency"],
        [
            (
                n.display_name,
                treated[n.charging].lower(),
                Money(n.amount_claimed),
                Money(n.amount_interest),
                Money(n.amount_compensation),
                n.currency_id.name,
            )
            for n in charged
        ],
    )
    notes = Counter(notes for notes in notices.mapped("charges_note") if notes)
    for note, number in notes.items():
        print(f"  Left out of {number}: {note}")
    claiming = charged.filtered(lambda n: n.charging == "claim")
    for currency in claiming.currency_id:
        mine = claiming.filtered(lambda n, c=currency: n.currency_id == c)
        print(
            f"  Claimed in {currency.name}: interest "
            f"{Money(sum(mine.mapped('amount_interest')))}, compensation "
            f"{Money(sum(mine.mapped('amount_compensation')))}; notices: {len(mine)}"
        )
    print(
        "  Where to look: Collections > Notices, a formal notice; the calculator "
        "beside an invoice shows how its interest is computed."
    )
    if not claiming and not notes:
        raise SystemExit("error: no notice claims interest")


def show_disputes(env, company):
    """Tell what customers object to, and what came of it."""
    cases = env["dispute.case"].search([("company_id", "=", company.id)], order="name")
    states = dict(cases._fields["state"]._description_selection(env))
    origins = dict(cases._fields["origin"]._description_selection(env))
    table(
        "Disputes: the disputed part alone is not dunned",
        ["Dispute", "Customer", "By", "Reason", "Disputed", "Currency", "State"],
        [
            (
                case.name,
                case.partner_id.name,
                origins[case.origin],
                case.reason_id.name or "to be said",
                Money(case.amount_disputed),
                case.currency_id.name,
                states[case.state],
            )
            for case in cases
        ],
    )
    figures = env["dispute.figures"].create({"company_id": company.id})
    print(
        f"  Open: {figures.open_count}, {Money(figures.amount_open)} EUR, that is "
        f"{figures.rate_of_receivables:.1f} % of what customers owe; "
        f"{figures.overdue_count} past the deadline.\n"
        f"  Solved: {figures.closed_count}, in {figures.days_to_solve:.0f} days on "
        f"average; the customer was right in {figures.share_justified:.0f} %."
    )
    if {"new", "waiting_customer", "resolved", "rejected"} - set(cases.mapped("state")):
        raise SystemExit("error: a state of disputes has no example")


def save_letters(notices):
    """Write the stored PDFs to var/demo/."""
    rows = []
    for notice in notices.filtered("pdf_attachment_id"):
        name = (notice.name or f"notice-{notice.id}").replace("/", "-")
        path = LETTERS / f"{name}.pdf"
        path.write_bytes(notice.pdf_attachment_id.raw)
        rows.append(
            (
                str(path.relative_to(REPO)),
                notice.partner_id.name,
                Money(notice.amount_total),
                notice.currency_id.name,
            )
        )
    table("Letters (PDF)", ["File", "Customer", "Total", "Currency"], rows)


def show_mails():
    rows = []
    for path in sorted(MAIL.glob("*.eml")):
        message = email.message_from_bytes(
            path.read_bytes(), policy=email.policy.default
        )
        rows.append(
            (
                message["X-Envelope-To"],
                message["From"],
                message["Subject"],
                str(path.relative_to(REPO)),
            )
        )
    table(
        "E-mails received by the local server", ["To", "From", "Subject", "File"], rows
    )


def show_arrangements(env, company):
    """Show what customers announced or signed, and mail what was written to them."""
    own = [("company_id", "=", company.id)]
    promises = env["collections.promise"].search(own)
    plans = env["collections.payment.plan"].search(own)
    offers = env["collections.settlement"].search(own)
    table(
        "Promises, payment plans and settlement offers",
        ["Customer", "What", "Status", "Amount"],
        [
            (
                record.partner_id.name,
                record._description,
                dict(record._fields["state"].selection)[record.state],
                Money(amount),
            )
            for records, field in (
                (promises, "amount"),
                (plans, "amount_total"),
                (offers, "amount"),
            )
            for record, amount in zip(records, records.mapped(field), strict=True)
        ],
    )
    for plan in plans:
        table(
            f"{plan.name}: {plan.partner_id.name}",
            ["Date", "Amount", "Paid"],
            [
                (str(part.date), Money(part.amount), Money(part.amount_paid))
                for part in plan.installment_ids
            ],
        )
    env["mail.mail"].sudo().process_email_queue()


def explain(env):
    """Tell of one open invoice for each reason why it is where it is."""
    seen = {}
    for decision in env["dunning.decision"].search([("closed_run_id", "=", False)]):
        move = decision.move_line_id.move_id
        if move.move_type == "out_invoice":
            seen.setdefault(decision.reason, move)
    for number, move in enumerate(seen.values()):
        explanation = move.get_dunning_explanation()
        print(f"\nWhy? {move.name} of {move.partner_id.display_name}")
        print(f"  {explanation['sentence']}")
        for item in [] if number else explanation["items"]:
            tests = [
                (test["label"], RESULTS.get(test["result"], ""), test["detail"] or "")
                for test in item["tests"]
            ]
            table(f"  {item['name']}: the tests in their order", TEST_HEAD, tests)


def show_where(env, web_port):
    group = env.ref(DEMO + "collections_dunning_group_reader").sudo()
    users = group.all_user_ids.filtered(lambda user: user.active and not user.share)
    table(
        f"Where to look: http://localhost:{web_port} (each demo user's password is "
        "the login)",
        ["Login", "Name"],
        [(user.login, user.name) for user in users if user.id != api.SUPERUSER_ID],
    )


def main(database, *ports):
    smtp_port, report_port, web_port = map(int, ports)
    config.parse_config(
        [
            "-c",
            str(CONF),
            "-d",
            database,
            "--no-http",
            "--logfile",
            f"{VAR}/log/demo.log",
        ],
        setup_logging=True,
    )
    with Registry(database).cursor() as cr:
        root = api.Environment(cr, api.SUPERUSER_ID, {})
        prepare(root, smtp_port, report_port, web_port)
        company = root.ref(DEMO + "res_company_atelier_lumen_demo")
        # A credit manager's rights from here on, as in the user interface.
        user = root.ref(DEMO + "res_users_vincent_demo")
        context = {"lang": "en_US", "tz": user.tz, "allowed_company_ids": company.ids}
        env = api.Environment(cr, user.id, context)
        company = company.with_env(env)
        run = propose(env, company)
        reject_debit(env, company)
        send(env, run)
        formal = print_formal_notice(env, company)
        show_notices(env, run.notice_ids)
        show_interest(env, run.notice_ids | get_formal_notices(env, formal))
        show_disputes(env, company)
        show_arrangements(env, company)
        show_credit(env, company)
        save_letters(env["dunning.notice"].search([("company_id", "=", company.id)]))
        if formal:
            print(f"\nThe formal notice for {formal.name} was asked for by hand.")
        show_mails()
        explain(env)
        show_where(env, web_port)
        root["ir.config_parameter"].set_param("report.url", False)
    odoo.sql_db.close_all()


if __name__ == "__main__":
    main(*sys.argv[1:])
