"""Make customers, invoices and payments of receivables through the JSON-2 API."""

import itertools
import time
from contextlib import contextmanager

from json2 import Refused
from receivables_csv import Problem

BATCH = 100
# A domain kept for documentation: nobody is written to.
EMAIL_DOMAIN = "customers.example"
# What happened years ago is not told in the chatter.
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True}


def batches(entries):
    iterator = iter(entries)
    return iter(lambda: list(itertools.islice(iterator, BATCH)), [])


@contextmanager
def step(title):
    begin = time.monotonic()
    yield
    print(f"  {title:10} {time.monotonic() - begin:6.1f} s")


def get_matching_number(receivable):
    """Return what marks an invoice and its payment as belonging together.

    Odoo takes a matching number with this first letter as a wish, which it fulfils
    as soon as all entries that carry it are posted.
    """
    return f"I{receivable.customer}/{receivable.number}"


class Importer:
    """Imports receivables; a second time, only what is missing."""

    def __init__(self, api):
        self.api = api
        self.problems = []
        self.done = {"customers": 0, "invoices": 0, "payments": 0}
        user = api.call("res.users", "context_get")
        [values] = api.call(
            "res.users", "read", [user["uid"]], fields=["company_id"], load=None
        )
        self.company = values["company_id"]

    def run(self, receivables):
        """Import these rows.

        :param list receivables: good rows of the file
        """
        with step("customers"):
            partners = self._ensure_customers(receivables)
        with step("invoices"):
            self._ensure_invoices(receivables, partners)
        with step("payments"):
            self._ensure_payments(receivables, partners)

    # === CUSTOMERS === #

    def _ensure_customers(self, receivables):
        """Create the missing customers in one call.

        :return: id and receivable account of the partner by number of the customer
        """
        keys = sorted({receivable.customer for receivable in receivables})
        found = self._find_customers(keys)
        missing = [key for key in keys if key not in found]
        if missing:
            electronic = {r.customer for r in receivables if r.electronic}
            self.api.call(
                "res.partner",
                "create",
                vals_list=[
                    {
                        "name": f"Customer {key}",
                        "ref": key,
                        "is_company": True,
                        "customer_rank": 1,
                        "email": f"{key.lower()}@{EMAIL_DOMAIN}"
                        if key in electronic
                        else False,
                    }
                    for key in missing
                ],
            )
            self.done["customers"] += len(missing)
        return found | self._find_customers(missing)

    def _find_customers(self, keys):
        found = self.api.call(
            "res.partner",
            "search_read",
            domain=[("ref", "in", keys), ("parent_id", "=", False)],
            fields=["ref", "property_account_receivable_id"],
            load=None,
        )
        return {partner["ref"]: partner for partner in found}

    # === INVOICES === #

    def _find_invoices(self, receivables, partners):
        """Return the invoices that exist, by row."""
        found = self.api.call(
            "account.move",
            "search_read",
            domain=[
                ("company_id", "=", self.company),
                ("move_type", "=", "out_invoice"),
                ("state", "!=", "cancel"),
                ("ref", "in", [receivable.number for receivable in receivables]),
            ],
            fields=["ref", "partner_id", "state", "payment_state"],
            load=None,
        )
        moves = {(move["partner_id"], move["ref"]): move for move in found}
        pairs = (
            (row, moves.get((partners[row.customer]["id"], row.number)))
            for row in receivables
        )
        return {receivable: move for receivable, move in pairs if move}

    def _ensure_invoices(self, receivables, partners):
        """Create and post what is missing, and post what an interruption left."""
        found = self._find_invoices(receivables, partners)
        drafts = [(r, m["id"]) for r, m in found.items() if m["state"] == "draft"]
        for batch in batches(drafts):
            self._post_invoices(batch)
        missing = [r for r in receivables if r not in found]
        missing.sort(key=lambda r: (r.invoiced, r.number))
        for batch in batches(missing):
            self._post_invoices(self._create_invoices(batch, partners))

    def _post_invoices(self, pairs):
        self.done["invoices"] += len(self._post(pairs))

    def _create_invoices(self, receivables, partners):
        """Create drafts; those that the server refuses are reported.

        :return: pairs of the row and the id of its invoice
        """
        vals_list = [
            self._prepare_invoice_vals(receivable, partners[receivable.customer])
            for receivable in receivables
        ]
        try:
            ids = self.api.call(
                "account.move", "create", vals_list=vals_list, context=QUIET
            )
        except Refused as error:
            return self._one_by_one(
                error, receivables, lambda row: self._create_invoices([row], partners)
            )
        return list(zip(receivables, ids, strict=True))

    def _prepare_invoice_vals(self, receivable, partner):
        amount = float(receivable.amount)
        due = receivable.due.isoformat()
        sale = {"name": receivable.number, "price_unit": amount, "tax_ids": [(5,)]}
        # Odoo would add this line itself, but without a matching number.
        item = {
            "display_type": "payment_term",
            "account_id": partner["property_account_receivable_id"],
            "balance": amount,
            "date_maturity": due,
            "matching_number": get_matching_number(receivable),
        }
        return {
            "move_type": "out_invoice",
            "company_id": self.company,
            "partner_id": partner["id"],
            "ref": receivable.number,
            "invoice_date": receivable.invoiced.isoformat(),
            "invoice_payment_term_id": False,
            "invoice_date_due": due,
            # On paper or electronically, long ago: else nobody is dunned for it.
            "is_move_sent": True,
            "invoice_line_ids": [(0, 0, sale)],
            "line_ids": [(0, 0, item)],
        }

    def _post(self, pairs):
        """Post drafts; those that the server refuses are deleted and reported.

        :param pairs: of the row and the id of its invoice or payment
        :return: those that were posted
        """
        if not pairs:
            return []
        ids = [move_id for _receivable, move_id in pairs]
        try:
            self.api.call("account.move", "action_post", ids, context=QUIET)
        except Refused as error:
            if len(pairs) == 1:
                self.api.call("account.move", "unlink", ids)
            return self._one_by_one(error, pairs, lambda pair: self._post([pair]))
        return pairs

    def _one_by_one(self, error, entries, retry):
        """Do again one by one what was refused together; report what is to blame."""
        if len(entries) > 1:
            return [result for entry in entries for result in retry(entry)]
        [entry] = entries
        line = entry.line if hasattr(entry, "line") else entry[0].line
        self.problems.append(Problem(line, str(error)))
        return []

    # === PAYMENTS === #

    def _ensure_payments(self, receivables, partners):
        """Pay the settled invoices at their settlement dates.

        A payment is an entry of the bank journal, as a bank statement books it. Its
        receivable item and the invoice's carry the same matching number, by which
        posting the entry reconciles them in that same transaction: a payment is
        never posted without being allocated.
        """
        found = self._find_invoices(receivables, partners)
        unpaid = [
            row
            for row, move in found.items()
            if row.settled
            and move["state"] == "posted"
            and move["payment_state"] == "not_paid"
        ]
        unpaid.sort(key=lambda row: (row.settled, row.number))
        [journal] = self.api.call(
            "account.journal",
            "search_read",
            domain=[("company_id", "=", self.company), ("type", "=", "bank")],
            fields=["default_account_id"],
            limit=1,
            load=None,
        )
        for batch in batches(unpaid):
            self._drop_draft_payments(journal, batch)
            self._post_payments(self._create_payments(journal, batch, partners))

    def _drop_draft_payments(self, journal, receivables):
        """Delete the drafts that an interruption left."""
        drafts = self.api.call(
            "account.move",
            "search",
            domain=[
                ("journal_id", "=", journal["id"]),
                ("state", "=", "draft"),
                ("ref", "in", [receivable.number for receivable in receivables]),
            ],
        )
        if drafts:
            self.api.call("account.move", "unlink", drafts)

    def _create_payments(self, journal, receivables, partners):
        """Create draft entries; those that the server refuses are reported.

        :return: pairs of the row and the id of its entry
        """
        vals_list = [
            self._prepare_payment_vals(journal, row, partners[row.customer])
            for row in receivables
        ]
        try:
            ids = self.api.call(
                "account.move", "create", vals_list=vals_list, context=QUIET
            )
        except Refused as error:
            return self._one_by_one(
                error,
                receivables,
                lambda row: self._create_payments(journal, [row], partners),
            )
        return list(zip(receivables, ids, strict=True))

    def _prepare_payment_vals(self, journal, receivable, partner):
        amount = float(receivable.amount)
        common = {"name": receivable.number, "partner_id": partner["id"]}
        bank = {"account_id": journal["default_account_id"], "balance": amount}
        customer = {
            "account_id": partner["property_account_receivable_id"],
            "balance": -amount,
            "matching_number": get_matching_number(receivable),
        }
        return {
            "move_type": "entry",
            "journal_id": journal["id"],
            "date": receivable.settled.isoformat(),
            "ref": receivable.number,
            "line_ids": [(0, 0, {**common, **bank}), (0, 0, {**common, **customer})],
        }

    def _post_payments(self, pairs):
        self.done["payments"] += len(self._post(pairs))
