from odoo import SUPERUSER_ID, fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import get_lang

from ..const import (
    PORTAL_FORMS_PER_HOUR,
    PORTAL_MAX_FILE_BYTES,
    PORTAL_MAX_FILES,
    PORTAL_MAX_WORDS,
    PORTAL_PROOF_DAYS,
)
from ..tools.typed_amount import parse_amount
from ..tools.upload import EXTENSIONS, clean_name, get_extension
from .portal import CollectionsPortal

MEGABYTE = 1024 * 1024
# Of one request: its files, and what else is in it.
MAX_REQUEST_BYTES = PORTAL_MAX_FILES * PORTAL_MAX_FILE_BYTES + MEGABYTE


def form_route(name, suffix=""):
    """Return the decorator of a form on the page of a customer.

    :param str name: end of its path.
    :param str suffix: more of it.
    """
    return http.route(
        [
            f"/my/collections/<int:debtor_id>/{name}{suffix}",
            f"/collections/<string:token>/{name}{suffix}",
        ],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        multilang=False,
        sitemap=False,
        max_content_length=MAX_REQUEST_BYTES,
    )


class CollectionsPortalForms(CollectionsPortal):
    """What a customer tells us on his page: each form, and what becomes of it.

    A GET shows the form, a POST acts. What was typed is never trusted, and never lost
    when something of it is wrong.
    """

    # === FORMS === #

    @form_route("promise")
    def portal_promise(self, token=None, debtor_id=None, **post):
        """Announce a payment."""
        return self._handle_form("promise", token, debtor_id, post)

    @form_route("plan")
    def portal_plan(self, token=None, debtor_id=None, **post):
        """Ask for a payment plan."""
        return self._handle_form("plan", token, debtor_id, post)

    @form_route("paid")
    def portal_paid(self, token=None, debtor_id=None, **post):
        """Show that something was paid already."""
        return self._handle_form("paid", token, debtor_id, post)

    @form_route("question")
    def portal_question(self, token=None, debtor_id=None, **post):
        """Ask a question."""
        return self._handle_form("question", token, debtor_id, post)

    def _prepare_promise(self, debtor, post):
        items = debtor._get_portal_form_items()
        bars = debtor._get_portal_promise_bars(items)
        today = fields.Date.context_today(debtor)
        choices = self._prepare_choices(items, bars, post, is_chosen=True)
        free = items._get_promisable()
        for choice in choices:
            choice["amount"] = free[choice["item"]] or choice["amount"]
        return {
            "choices": choices,
            "first_day": today,
            "last_day": debtor._get_portal_promise_limit(),
        }

    def _act_promise(self, debtor, identity, post):
        items = debtor._get_portal_form_items()
        chosen = self._read_items(items)
        debtor._promise_from_portal(
            debtor._get_portal_contact(identity),
            chosen,
            self._read_amount(post.get("amount"), chosen.currency_id[:1]),
            self._read_date(post.get("date")),
            self._read_words(post),
        )

    def _prepare_paid(self, debtor, post):
        items = debtor._get_portal_form_items()
        bars = debtor._get_portal_proof_bars(items)
        return {
            "choices": self._prepare_choices(items, bars, post),
            "proof_days": PORTAL_PROOF_DAYS,
        }

    def _act_paid(self, debtor, identity, post):
        debtor._receive_portal_proof(
            debtor._get_portal_contact(identity),
            self._read_items(debtor._get_portal_form_items()),
            self._read_words(post),
            self._read_files(),
            is_known=bool(identity),
        )

    def _prepare_plan(self, debtor, post):
        items = debtor._get_portal_form_items()
        bars = debtor._get_portal_plan_bars(items)
        values = {
            "choices": self._prepare_choices(items, bars, post, is_chosen=True),
            "limits": debtor._get_portal_plan_limits(),
        }
        if "preview" in post and values["limits"]:
            values.update(self._preview_plan(debtor, post))
        return values

    def _preview_plan(self, debtor, post):
        """Return the schedule of what was filled in, or why there is none."""
        try:
            items, terms, total, schedule = self._read_plan(debtor, post)
        except UserError as refusal:
            return {"error": refusal.args[0]}
        return {
            "currency": items.currency_id,
            "down_payment": terms["down_payment"],
            "schedule": schedule,
            "total": total,
        }

    def _read_plan(self, debtor, post):
        """Return the plan that is asked for: its items, terms, total and schedule.

        :raise UserError: when it is not one that he may ask for.
        """
        if not debtor._get_portal_plan_limits():
            raise UserError(request.env._("Please contact us."))
        items = self._read_items(debtor._get_portal_form_items())
        count = post.get("count") or ""
        return (
            items,
            *debtor._prepare_portal_plan(
                items,
                self._read_amount(post.get("amount"), items.currency_id[:1]),
                int(count) if count.isdecimal() and len(count) < 4 else 0,
                self._read_date(post.get("date")),
            ),
        )

    def _act_plan(self, debtor, identity, post):
        items, terms, _total, _schedule = self._read_plan(debtor, post)
        debtor._request_portal_plan(
            debtor._get_portal_contact(identity),
            items,
            terms,
            self._read_words(post),
            is_known=bool(identity),
        )

    def _prepare_question(self, debtor, post):
        return {}

    def _act_question(self, debtor, identity, post):
        debtor._receive_portal_question(
            debtor._get_portal_contact(identity),
            self._read_words(post),
            self._read_files(),
            is_known=bool(identity),
        )

    # === ONE WAY FOR ALL OF THEM === #

    def _handle_form(self, name, token, debtor_id, post):
        """Show a form, or do what it asks for.

        :param str name: of the form; ``_prepare_<name>`` says what it shows,
            ``_act_<name>`` does it.
        :param str token: of the link; None: by the user's account.
        :param int debtor_id: which of the user's pages.
        :param dict post: what was sent: anything.
        :rtype: odoo.http.Response
        """
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        if not debtor:
            return self._refuse_stranger(token)
        page = self._prepare_portal_page(debtor, identity, token)
        if page["is_preview"]:
            return request.redirect(page["portal_url"])
        acting = debtor.with_user(SUPERUSER_ID)
        error = None
        # A preview only shows what was filled in.
        if request.httprequest.method == "POST" and "preview" not in post:
            error = self._try(name, acting, identity, post)
            if not error:
                return request.redirect(f"{page['portal_url']}?done={name}")
        values = {
            **page,
            "error": error,
            **getattr(self, f"_prepare_{name}")(acting, post),
            "post": post,
            "max_files": PORTAL_MAX_FILES,
            "max_size": PORTAL_MAX_FILE_BYTES // MEGABYTE,
            "max_words": PORTAL_MAX_WORDS,
            "accept": ",".join(EXTENSIONS),
        }
        return self._render_portal(f"collections_dunning.portal_form_{name}", values)

    def _refuse_stranger(self, token):
        """Return what somebody sees who may not open this page.

        :param str token: of the link; None: he has to log in.
        :rtype: odoo.http.Response
        """
        if token is None and request.env.user._is_public():
            return request.redirect_query(
                "/web/login", {"redirect": request.httprequest.path}
            )
        return self._render_portal_missing()

    def _try(self, name, debtor, identity, post):
        """Do what a form asks for; nothing of it stays when it is refused.

        :return: why it was refused, in the customer's language; None: it was done.
        :rtype: str | None
        """
        try:
            self._check_rate("form", debtor, PORTAL_FORMS_PER_HOUR)
            with request.env.cr.savepoint():
                getattr(self, f"_act_{name}")(debtor, identity, post)
        except UserError as refusal:
            return refusal.args[0]
        return None

    def _check_rate(self, act, debtor, limits):
        """Count an act, and refuse what no person does so often.

        :param str act: what is counted.
        :param dict limits: see ``collections.portal.limit``.
        :raise UserError: says to wait, or to write.
        """
        keys = {"debtor": debtor.id, "ip": request.httprequest.remote_addr}
        if debtor.env["collections.portal.limit"]._is_exceeded(act, keys, limits):
            raise UserError(
                request.env._(
                    "That was a lot at once. Please go on in an hour, or write to us."
                )
            )

    def _show_portal_page(self, token=None, debtor_id=None, **values):
        """Override: thank for the form that was just sent."""
        values.setdefault("done", request.params.get("done"))
        return super()._show_portal_page(token, debtor_id, **values)

    # === READING === #

    def _prepare_choices(self, items, bars, post, is_chosen=False):
        """Return the items of a form, and which of them are chosen.

        :param account.move.line items: open items of the customer.
        :param dict bars: why an item can't be chosen, by item.
        :param dict post: what was sent, if the form is shown again.
        :param bool is_chosen: whether everything overdue is chosen at first.
        :rtype: list(dict)
        """
        today = fields.Date.context_today(items)
        posted = set(request.httprequest.form.getlist("item_ids"))
        choices = []
        for item in items:
            is_overdue = bool(item.date_maturity) and item.date_maturity < today
            if request.httprequest.method == "POST":
                is_checked = str(item.id) in posted
            elif post.get("item"):
                is_checked = str(item.id) == post["item"]
            else:
                is_checked = is_chosen and is_overdue
            choices.append(
                {
                    "item": item,
                    "amount": item.amount_residual_currency,
                    "is_overdue": is_overdue,
                    "bar": bars.get(item),
                    "is_checked": is_checked and item not in bars,
                }
            )
        return choices

    def _read_items(self, items):
        """Return which of some items were chosen.

        :param account.move.line items: what is offered to this customer.
        :rtype: account.move.line
        :raise UserError: when something was sent that is not among them.
        """
        sent = set(request.httprequest.form.getlist("item_ids"))
        chosen = items.filtered(lambda item: str(item.id) in sent)
        if len(chosen) != len(sent):
            raise UserError(
                request.env._(
                    "An invoice you have chosen is no longer open. Please check your "
                    "choice."
                )
            )
        return chosen

    def _read_amount(self, text, currency):
        """Return the amount that was typed.

        :param str text: in the language of the page.
        :param res.currency currency: of the amount.
        :return: None when nothing was typed.
        :rtype: float | None
        :raise UserError: when it is no amount, or nothing.
        """
        if not (text or "").strip():
            return None
        lang = get_lang(request.env)
        try:
            number = parse_amount(text, lang.decimal_point, lang.thousands_sep)
        except ValueError:
            number = 0
        amount = currency.round(number) if currency else number
        if amount <= 0:
            example = f"1234{lang.decimal_point}50"
            raise UserError(
                request.env._("Write the amount like this: %(amount)s", amount=example)
            )
        return amount

    def _read_date(self, text):
        """Return the day that was chosen.

        :rtype: date
        :raise UserError: when none was, or there is no such day.
        """
        try:
            day = fields.Date.to_date((text or "")[:10])
        except ValueError:
            day = None
        if not day:
            raise UserError(request.env._("Choose a date."))
        return day

    def _read_words(self, post):
        """Return what was written: plain text of a length somebody reads.

        :rtype: str
        """
        return (post.get("words") or "").strip()[:PORTAL_MAX_WORDS]

    def _read_files(self):
        """Return the files that were sent.

        :return: name and content of each.
        :rtype: list(tuple(str, bytes))
        :raise UserError: when they are too many, too large, or of another kind.
        """
        _ = request.env._
        sent = [f for f in request.httprequest.files.getlist("files") if f.filename]
        if len(sent) > PORTAL_MAX_FILES:
            raise UserError(
                _("At most %(count)s files, please.", count=PORTAL_MAX_FILES)
            )
        files = []
        for upload in sent:
            content = upload.read(PORTAL_MAX_FILE_BYTES + 1)
            extension = get_extension(content)
            name = clean_name(upload.filename, extension or "file")
            if len(content) > PORTAL_MAX_FILE_BYTES:
                size = PORTAL_MAX_FILE_BYTES // MEGABYTE
                raise UserError(
                    _("%(name)s is larger than %(size)s MB.", name=name, size=size)
                )
            if not extension:
                raise UserError(
                    _(
                        "%(name)s is not accepted: send a PDF or a picture.",
                        name=upload.filename,
                    )
                )
            files.append((name, content))
        return files
