"""What the demo day tells of credit: who is sorted where, who gets none, and why."""

from tables import Money, table


def label(record, field):
    """Return what a selection field of a record says."""
    return dict(record._fields[field]._description_selection(record.env))[record[field]]


def show_credit(env, company):
    """Show segments, the customers the credit rule stops, and causes of lateness."""
    env["collections.behaviour"].sudo()._update(company)
    show_segments(env, company)
    show_findings(env, company)
    show_orders(env, company)
    show_insolvencies(env, company)
    show_causes(env, company)


def show_segments(env, company):
    groups = env["collections.debtor"]._read_group(
        [("company_id", "=", company.id)],
        ["segment_id"],
        ["__count", "settled_count:sum", "late_days_average:avg", "on_time_share:avg"],
    )
    table(
        "Customers by segment",
        ["Segment", "Customers", "Invoices settled", "Days late", "On time (%)"],
        [
            (segment.name, count, settled, round(days, 1), round(share, 1))
            for segment, count, settled, days, share in groups
        ],
    )
    if not groups or not all(segment for segment, *_figures in groups):
        raise SystemExit("error: a customer belongs to no segment")


def show_findings(env, company):
    debtors = env["collections.debtor"].search([("company_id", "=", company.id)])
    stopped = debtors.filtered(lambda debtor: debtor.credit_status != "ok")
    table(
        "Customers the credit rule has something to say of",
        ["Customer", "Credit", "Exposure", "Limit", "Why"],
        [
            (
                debtor.partner_id.name,
                label(debtor, "credit_status"),
                Money(debtor.exposure),
                Money(debtor.applied_credit_limit),
                (debtor.credit_findings or "").split("\n")[0],
            )
            for debtor in stopped.sorted("exposure", reverse=True)
        ],
    )
    if not stopped.filtered("credit_hold"):
        raise SystemExit("error: no customer is on credit hold")


def show_orders(env, company):
    """Show what becomes of orders; there are none without the Sales app."""
    if "sale.order" not in env:
        return
    orders = env["sale.order"].search([("company_id", "=", company.id)], order="id")
    table(
        "Orders, and what the credit rule says of them",
        ["Order", "Customer", "Status", "Total", "Rule"],
        [
            (
                order.name,
                order.partner_id.name,
                label(order, "state"),
                Money(order.amount_total),
                label(order, "credit_action"),
            )
            for order in orders
        ],
    )


def show_insolvencies(env, company):
    for record in env["collections.insolvency"].search(
        [("company_id", "=", company.id)]
    ):
        table(
            f"Insolvency: {record.display_name}",
            ["Due", "Deadline"],
            [
                (
                    str(activity.date_deadline),
                    activity.summary or activity.activity_type_id.name,
                )
                for activity in record.activity_ids.sorted("date_deadline")
            ],
        )


def show_causes(env, company):
    groups = env["collections.late.invoice"]._read_group(
        [("company_id", "=", company.id)],
        ["side", "cause_id"],
        ["__count", "days_late:avg", "amount_late:sum"],
    )
    sides = dict(
        env["collections.late.cause"]._fields["side"]._description_selection(env)
    )
    table(
        "Why invoices were paid late",
        ["At fault", "Cause", "Invoices", "Days late", "Amount"],
        [
            (
                sides.get(side, "-"),
                cause.name or "not said yet",
                count,
                round(days, 1),
                Money(amount),
            )
            for side, cause, count, days, amount in groups
        ],
    )
