"""Hold a generated ledger against what the ORM would have written."""

from templates import make_invoice, read_rows, rolled_back

# When and by whom, and what numbers the row itself.
OWN_COLUMNS = {
    *("id", "create_date", "write_date", "move_id", "name", "move_name"),
    *("sequence_number", "payment_reference", "made_sequence_gap"),
}
# Writing to a posted entry marks it.
RECOMPUTED_COLUMNS = {"write_date", "is_manually_modified"}


def find_differences(env, sample=20):
    """Compare a sample of the generated ledger with the ORM's work.

    :param Environment env: a superuser's
    :param int sample: number of invoices
    :return: one sentence per difference; none when all is well
    :rtype: list(str)
    """
    env.cr.execute(
        """
        SELECT m.id
          FROM account_move m
          JOIN res_partner p ON p.id = m.partner_id
         WHERE m.company_id = %s
           AND m.move_type = 'out_invoice'
           AND p.email LIKE '%%@debtors.example'
      ORDER BY md5(m.id::text)
         LIMIT %s
        """,
        [env.company.id, sample],
    )
    invoices = env["account.move"].browse([move_id for (move_id,) in env.cr.fetchall()])
    return [
        *_find_imbalances(env),
        *_recompute(env, invoices),
        *(text for invoice in invoices for text in _compare_with_twin(env, invoice)),
    ]


def _find_imbalances(env):
    """Add up the whole ledger: entries balance, residuals agree, numbers are dense."""
    queries = {
        "entries that do not balance": """
            SELECT count(*) FROM (
                SELECT 1 FROM account_move_line
              GROUP BY move_id HAVING sum(balance) <> 0
            ) entry""",
        "invoices whose residual is not that of their items": """
            SELECT count(*) FROM (
                SELECT 1
                  FROM account_move m
                  JOIN account_move_line l ON l.move_id = m.id
                 WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
              GROUP BY m.id
                HAVING sum(l.amount_residual_currency) <> m.amount_residual
                    OR sum(l.amount_residual) <> m.amount_residual_signed
            ) invoice""",
        "items whose matches do not make up what was paid": """
            SELECT count(*)
              FROM account_partial_reconcile r
              JOIN account_move_line d ON d.id = r.debit_move_id
              JOIN account_move_line c ON c.id = r.credit_move_id
             WHERE r.amount <> d.balance OR d.amount_residual <> 0
                OR r.amount <> -c.balance OR c.amount_residual <> 0""",
        "gaps in the numbers": """
            SELECT coalesce(sum(gap), 0) FROM (
                SELECT max(sequence_number) - count(*) AS gap
                  FROM account_move
                 WHERE state = 'posted'
              GROUP BY journal_id, sequence_prefix
            ) series""",
    }
    for title, query in queries.items():
        env.cr.execute(query)
        [count] = env.cr.fetchone()
        if count:
            yield f"{count} {title}"


def _recompute(env, invoices):
    """Let the ORM compute every stored field of these invoices and payments again."""
    moves = invoices | invoices.matched_payment_ids.move_id
    records = {
        "account.move": moves,
        "account.move.line": moves.line_ids,
        "account.payment": moves.origin_payment_id,
        "res.partner": moves.partner_id,
    }
    with rolled_back(env):
        before = {name: read_rows(env, r._table, r.ids) for name, r in records.items()}
        for recordset in records.values():
            for field in recordset._fields.values():
                if _is_recomputable(field):
                    env.add_to_compute(field, recordset)
        after = {name: read_rows(env, r._table, r.ids) for name, r in records.items()}
    for name, rows in before.items():
        for old, new in zip(rows, after[name], strict=True):
            yield from _compare(f"{name} {old['id']} recomputed", old, new)


def _compare_with_twin(env, invoice):
    """Make the same invoice by the ORM, open, and compare every column."""
    if invoice.payment_state != "not_paid":
        return
    with rolled_back(env):
        twin = make_invoice(
            env,
            invoice.partner_id,
            invoice.currency_id,
            bool(invoice.amount_tax),
            price_unit=invoice.amount_untaxed,
            invoice_date=invoice.invoice_date,
            invoice_date_due=invoice.invoice_date_due,
        )
        rows = [*_read_entry(env, invoice)]
        twins = [*_read_entry(env, twin)]
    for row, other in zip(rows, twins, strict=True):
        yield from _compare(f"{invoice.name} and its twin", row, other, OWN_COLUMNS)


def _read_entry(env, move):
    yield from read_rows(env, "account_move", move.ids)
    lines = move.line_ids.sorted("display_type")
    for line in lines:
        yield from read_rows(env, "account_move_line", line.ids)
        yield {"tax_ids": line.tax_ids.ids, "tax_tag_ids": line.tax_tag_ids.ids}


def _is_recomputable(field):
    """Tell whether computing a field again gives back what it holds.

    Not so where it can be entered, nor where only posting a payment fills it.
    """
    return (
        field.store
        and field.compute
        and field.readonly
        and field.name != "outstanding_account_id"
    )


def _compare(title, row, other, ignored=RECOMPUTED_COLUMNS):
    for column in row:
        if column not in ignored and row[column] != other[column]:
            yield f"{title}: {column} is {row[column]!r}, not {other[column]!r}"
