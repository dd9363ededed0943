"""What late interest depends on beside a ledger: partial payments, a law, levels."""

from odoo.tools import SQL


def claim_interest(env):
    """Have the law of France apply, and every level claim what it grants."""
    env.company.country_id = env.ref("base.fr")
    written = env["dunning.level"].search([("channel", "not in", ("phone", "task"))])
    written.charging = "claim"


def pay_in_part(env, share=0.4):
    """Have every other open invoice paid in part, ten days after it was due.

    One receipt pays them all, as far as the interest looks.

    :param float share: of the invoice
    """
    receipt = _receive(env)
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            WITH paid AS (
                INSERT INTO account_partial_reconcile
                       (debit_move_id, credit_move_id, amount, debit_amount_currency,
                        credit_amount_currency, debit_currency_id, credit_currency_id,
                        company_id, max_date)
                SELECT l.id, %(receipt)s, part.amount, part.amount, part.amount,
                       l.currency_id, l.currency_id, l.company_id,
                       least(l.date_maturity + 10, current_date)
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                 CROSS JOIN LATERAL (
                       SELECT round(l.amount_residual * %(share)s, 2) AS amount) part
                 WHERE a.account_type = 'asset_receivable' AND l.amount_residual > 0
                   AND l.parent_state = 'posted' AND l.id %% 2 = 0
             RETURNING debit_move_id, amount
            )
            UPDATE account_move_line l
               SET amount_residual = l.amount_residual - paid.amount,
                   amount_residual_currency = l.amount_residual_currency - paid.amount
              FROM paid WHERE l.id = paid.debit_move_id
            """,
            share=share,
            receipt=receipt.id,
        )
    )
    assert env.cr.rowcount, "nothing was paid in part"
    env.cr.execute("ANALYZE account_partial_reconcile")
    env.invalidate_all()


def _receive(env):
    """Post a payment of a customer.

    :return: its receivable item
    """
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    payment = env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": env["res.partner"].create({"name": "Payer"}).id,
            "amount": 1,
            "journal_id": journal.id,
        }
    )
    payment.action_post()
    return payment.move_id.line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    )
