from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError
from odoo.http import request

from ..const import (
    PORTAL_FORMS_PER_HOUR,
    PORTAL_MAX_FILE_BYTES,
    PORTAL_MAX_FILES,
    PORTAL_MAX_WORDS,
    PORTAL_PROOF_DAYS,
)
from ..tools.upload import EXTENSIONS
from .portal import page_route
from .portal_form_reading import MEGABYTE, CollectionsPortalFormReading

# Of one request: its files, and what else is in it.
MAX_REQUEST_BYTES = PORTAL_MAX_FILES * PORTAL_MAX_FILE_BYTES + MEGABYTE


def form_route(name):
    """Return the decorator of a form on the page of a customer.

    :param str name: end of its path.
    """
    return page_route(
        name, methods=("GET", "POST"), max_content_length=MAX_REQUEST_BYTES
    )


class CollectionsPortalForms(CollectionsPortalFormReading):
    """What a customer tells us on his page: each form, and what becomes of it.

    A GET shows the form, a POST acts. What was typed is never trusted, and never lost
    when something of it is wrong.
    """

    # === FORMS === #

    @form_route("promise")
    def portal_collections_promise(self, token=None, debtor_id=None, **post):
        """Announce a payment."""
        return self._handle_portal_form("promise", token, debtor_id, post)

    @form_route("plan")
    def portal_collections_plan(self, token=None, debtor_id=None, **post):
        """Ask for a payment plan."""
        return self._handle_portal_form("plan", token, debtor_id, post)

    @form_route("paid")
    def portal_collections_proof(self, token=None, debtor_id=None, **post):
        """Show that something was paid already."""
        return self._handle_portal_form("paid", token, debtor_id, post)

    @form_route("question")
    def portal_collections_question(self, token=None, debtor_id=None, **post):
        """Ask a question."""
        return self._handle_portal_form("question", token, debtor_id, post)

    def _prepare_portal_form_promise(self, debtor, post):
        items = debtor._get_portal_form_items()
        bars = debtor._get_portal_promise_bars(items)
        today = fields.Date.context_today(debtor)
        choices = self._prepare_portal_choices(items, bars, post, is_chosen=True)
        free = items._get_promisable()
        for choice in choices:
            choice["amount"] = free[choice["item"]] or choice["amount"]
        return {
            "choices": choices,
            "first_day": today,
            "last_day": debtor._get_portal_promise_limit(),
        }

    def _act_portal_form_promise(self, debtor, identity, post):
        items = debtor._get_portal_form_items()
        chosen = self._read_portal_items(items)
        debtor._promise_from_portal(
            debtor._get_portal_contact(identity),
            chosen,
            self._read_portal_amount(post.get("amount"), chosen.currency_id[:1]),
            self._read_portal_date(post.get("date")),
            self._read_portal_words(post),
        )

    def _prepare_portal_form_paid(self, debtor, post):
        items = debtor._get_portal_form_items()
        bars = debtor._get_portal_proof_bars(items)
        return {
            "choices": self._prepare_portal_choices(items, bars, post),
            "proof_days": PORTAL_PROOF_DAYS,
        }

    def _act_portal_form_paid(self, debtor, identity, post):
        debtor._receive_portal_proof(
            debtor._get_portal_contact(identity),
            self._read_portal_items(debtor._get_portal_form_items()),
            self._read_portal_words(post),
            self._read_portal_files(),
            is_known=bool(identity),
        )

    def _prepare_portal_form_plan(self, debtor, post):
        items = debtor._get_portal_form_items()
        bars = debtor._get_portal_plan_bars(items)
        values = {
            "choices": self._prepare_portal_choices(items, bars, post, is_chosen=True),
            "limits": debtor._get_portal_plan_limits(),
        }
        if "preview" in post and values["limits"]:
            values.update(self._preview_portal_plan(debtor, post))
        return values

    def _preview_portal_plan(self, debtor, post):
        """Return the schedule of what was filled in, or why there is none."""
        try:
            items, terms, total, schedule = self._read_portal_plan(debtor, post)
        except UserError as refusal:
            return {"error": refusal.args[0]}
        return {
            "currency": items.currency_id,
            "down_payment": terms["down_payment"],
            "schedule": schedule,
            "total": total,
        }

    def _read_portal_plan(self, debtor, post):
        """Return the plan that is asked for: its items, terms, total and schedule.

        :raise UserError: when it is not one that he may ask for.
        """
        if not debtor._get_portal_plan_limits():
            raise UserError(request.env._("Please contact us."))
        items = self._read_portal_items(debtor._get_portal_form_items())
        count = post.get("count") or ""
        return (
            items,
            *debtor._prepare_portal_plan(
                items,
                self._read_portal_amount(post.get("amount"), items.currency_id[:1]),
                int(count) if count.isdecimal() and len(count) < 4 else 0,
                self._read_portal_date(post.get("date")),
            ),
        )

    def _act_portal_form_plan(self, debtor, identity, post):
        items, terms, _total, _schedule = self._read_portal_plan(debtor, post)
        debtor._request_portal_plan(
            debtor._get_portal_contact(identity),
            items,
            terms,
            self._read_portal_words(post),
            is_known=bool(identity),
        )

    def _prepare_portal_form_question(self, debtor, post):
        return {}

    def _act_portal_form_question(self, debtor, identity, post):
        debtor._receive_portal_question(
            debtor._get_portal_contact(identity),
            self._read_portal_words(post),
            self._read_portal_files(),
            is_known=bool(identity),
        )

    # === ONE WAY FOR ALL OF THEM === #

    def _handle_portal_form(self, name, token, debtor_id, post):
        """Show a form, or do what it asks for.

        :param str name: of the form: ``_prepare_portal_form_<name>`` says what it
            shows, ``_act_portal_form_<name>`` does it.
        :param str token: of the link; None: by the user's account.
        :param int debtor_id: which of the user's pages.
        :param dict post: what was sent: anything.
        :rtype: odoo.http.Response
        """
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        if not debtor:
            return self._refuse_portal_stranger(token)
        page = self._prepare_portal_page(debtor, identity, token)
        if page["is_preview"]:
            return request.redirect(page["portal_url"])
        acting = debtor.with_user(SUPERUSER_ID)
        # A file can be sent in place of any text.
        post = {key: text for key, text in post.items() if isinstance(text, str)}
        error = None
        # A preview only shows what was filled in.
        if request.httprequest.method == "POST" and "preview" not in post:
            error = self._try_portal_form(name, acting, identity, post)
            if not error:
                return request.redirect(f"{page['portal_url']}?done={name}")
        values = {
            **page,
            "error": error,
            **getattr(self, f"_prepare_portal_form_{name}")(acting, post),
            "post": post,
            "max_files": PORTAL_MAX_FILES,
            "max_size": PORTAL_MAX_FILE_BYTES // MEGABYTE,
            "max_words": PORTAL_MAX_WORDS,
            "accept": ",".join(EXTENSIONS),
        }
        return self._render_collections(
            f"collections_dunning.portal_form_{name}", values
        )

    def _refuse_portal_stranger(self, token):
        """Return what somebody sees who may not open this page.

        :param str token: of the link; None: he has to log in.
        :rtype: odoo.http.Response
        """
        if token is None and request.env.user._is_public():
            return request.redirect_query(
                "/web/login", {"redirect": request.httprequest.path}
            )
        return self._render_portal_missing()

    def _try_portal_form(self, name, debtor, identity, post):
        """Do what a form asks for; nothing of it stays when it is refused.

        :return: why it was refused, in the customer's language; None: it was done.
        :rtype: str | None
        """
        try:
            self._check_portal_rate("form", debtor, PORTAL_FORMS_PER_HOUR)
            with request.env.cr.savepoint():
                getattr(self, f"_act_portal_form_{name}")(debtor, identity, post)
        except UserError as refusal:
            return refusal.args[0]
        return None

    def _show_portal_page(self, token=None, debtor_id=None, **values):
        """Override: thank for the form that was just sent."""
        values.setdefault("done", request.params.get("done"))
        return super()._show_portal_page(token, debtor_id, **values)
