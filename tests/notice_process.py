"""What the crash tests do in processes of their own.

usage: notice_process.py CONFIG DATABASE queue COUNT PORT
       notice_process.py CONFIG DATABASE send [NUMBER]
       notice_process.py CONFIG DATABASE send_while_switching
       notice_process.py CONFIG DATABASE ledger COUNT
       notice_process.py CONFIG DATABASE run [SECONDS]
       notice_process.py CONFIG DATABASE report
       notice_process.py CONFIG DATABASE report_runs

Switching: the test mode comes in another transaction while the first notice is
claimed. With a number, the sending process kills itself at that message: the mail
server has accepted it, and the database does not know yet. With seconds, the run
takes that long before it writes. The reports are JSON.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "benchmark"))

from ledger import Options, generate  # noqa: E402
from program import configure, environment  # noqa: E402


def queue(env, count, port):
    """Have notices queued, and a mail server for them at a port of this machine."""
    company = ledger(env, count)
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": int(port)}
    )
    run = env["dunning.run"].create({"company_id": company.id})
    run.action_propose()
    run.notice_ids.channel = "email"
    run.notice_ids.level_id.attach_invoices = False
    run.notice_ids.action_approve()
    run.action_confirm()


def ledger(env, count):
    """Have debtors with two overdue invoices each.

    :return: the company they owe to
    """
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
    company.write(
        {
            "email": "collections@creditor.example",
            "dunning_send_window": False,
            "dunning_sent_outside": True,
            # Long ago: none of it is old debt.
            "dunning_start_date": "2000-01-01",
        }
    )
    company.dunning_procedure_id = env["dunning.procedure"].search([], limit=1)
    generate(env, Options(items=2 * int(count), debtors=int(count)))
    return company


def run(env, seconds=0):
    """Make the scheduled run once."""
    run_model = type(env["dunning.run"])
    propose = run_model._propose

    def propose_slowly(self):
        time.sleep(float(seconds))
        return propose(self)

    run_model._propose = propose_slowly
    env["dunning.run"]._cron_run()


def send(env, number=None):
    """Run the job once."""
    notice_model = env["dunning.notice"]
    if number:
        _die_at(type(notice_model), int(number))
    notice_model._cron_send()


def _die_at(notice_model, number):
    """Kill this process in place of noting that a message was accepted."""
    settle = notice_model._settle_sent
    accepted = []

    def settle_or_die(records, email):
        accepted.append(email)
        if len(accepted) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return settle(records, email)

    notice_model._settle_sent = settle_or_die


def send_while_switching(env):
    """Run the job once; somebody switches the test mode on at the first claim.

    At the worst moment: the claim's own transaction has begun.
    """
    notice_model = type(env["dunning.notice"])
    claim = notice_model._claim
    claims = []

    def switch_and_claim(records, email):
        if not claims:
            records.env.cr.execute("SELECT count(*) FROM dunning_notice")
            with records.env.registry.cursor() as cr:
                company = env(cr=cr)["res.company"].browse(env.company.id)
                company.dunning_test_email = "tester@creditor.example"
                company.dunning_test_mode = True
        claims.append(email)
        return claim(records, email)

    notice_model._claim = switch_and_claim
    env["dunning.notice"]._cron_send()


def report(env):
    """Print what has become of each notice."""
    notices = env["dunning.notice"].search([("channel", "=", "email")], order="id")
    messages = env["mail.message"].search(
        [("model", "=", notices._name), ("res_id", "in", notices.ids)]
    )
    rows = [
        {
            "state": notice.state,
            "message_ref": notice.message_ref,
            "error": notice.error,
            "has_eml": bool(notice.eml_attachment_id),
            "is_task": bool(notice.activity_ids),
            "is_test": notice.is_test,
            "message_ids": messages.filtered(
                lambda m: m.res_id == notice.id and m.message_type == "email_outgoing"  # noqa: B023
            ).mapped("message_id"),
        }
        for notice in notices
    ]
    print(json.dumps(rows))


def report_runs(env):
    """Print how many runs, open decisions and notices the company has."""
    company = [("company_id", "=", env.company.id)]
    runs = env["dunning.run"].search(company)
    decisions = env["dunning.decision"].search(
        [*company, ("closed_run_id", "=", False)]
    )
    report = {
        "runs": len(runs),
        "differences": runs.mapped("difference_count"),
        "decisions": len(decisions),
        "items": len(decisions.move_line_id),
        "notices": env["dunning.notice"].search_count(company),
    }
    print(json.dumps(report))


def main(config, database, command, *arguments):
    configure(Path(config), database)
    with environment(database) as env:
        COMMANDS[command](env, *arguments)


COMMANDS = {
    function.__name__: function
    for function in (
        queue,
        send,
        send_while_switching,
        ledger,
        run,
        report,
        report_runs,
    )
}


if __name__ == "__main__":
    main(*sys.argv[1:])
