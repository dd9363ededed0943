"""Fields declared ``readonly`` are written by the system alone.

The interface never sends them; a call to ``create`` or ``write`` from outside could.
So nobody moves a notice to another state, or approves it, but by its methods.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..const import MANAGER, NOTICE_CONTENT


def check_system_fields(records, vals):
    """Refuse values of fields that only the system writes.

    :param records: the model whose fields are looked at.
    :param vals: names of the fields a user wants to write.
    :raise AccessError: names the field.
    """
    if records.env.su:
        return
    for name in vals:
        field = records._fields.get(name)
        if field and field.readonly:
            label = field._description_string(records.env)
            raise AccessError(
                records.env._(
                    "%(field)s is not written by hand: use the buttons.", field=label
                )
            )


def without_system_defaults(records):
    """Return ``records`` without defaults for fields that only the system writes."""
    if records.env.su:
        return records
    system = {
        f"default_{name}" for name, field in records._fields.items() if field.readonly
    }
    context = {k: v for k, v in records.env.context.items() if k not in system}
    # Keywords would only add to the context: here some keys have to go.
    return records.with_context(context)  # pylint: disable=context-overridden


def guard(model):
    """Have ``create`` and ``write`` of a model refuse what only the system writes.

    :param str model: its name.
    """

    class Guarded(models.Model):
        _inherit = model

        @api.model_create_multi
        def create(self, vals_list):
            for vals in vals_list:
                check_system_fields(self, vals)
            return super(Guarded, without_system_defaults(self)).create(vals_list)

        def write(self, vals):
            check_system_fields(self, vals)
            result = super().write(vals)
            if "debtor_id" in vals:
                # Else it could be put into a file of another company.
                self.check_access("write")
            return result


for name in (
    "collections.credit.insurance",
    "collections.credit.rating",
    "collections.credit.request",
    "collections.guarantee",
    "collections.pause",
    "collections.insolvency",
    "collections.insolvency.item",
    "collections.payment.plan",
    "collections.payment.plan.installment",
    "collections.payment.plan.line",
    "collections.promise",
    "collections.settlement",
    "dunning.hold",
):
    guard(name)


class AccountMove(models.Model):
    """Which invoices ask for interest: the others bear it."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        flags = [vals.get("is_late_charge") for vals in vals_list]
        if any(flags) or self.env.context.get("default_is_late_charge"):
            check_system_fields(self, ["is_late_charge"])
        return super().create(vals_list)

    def write(self, vals):
        check_system_fields(self, {"is_late_charge"} & vals.keys())
        return super().write(vals)


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    def write(self, vals):
        check_system_fields(self, vals)
        return super().write(vals)


class DunningAnnouncement(models.Model):
    _inherit = "dunning.announcement"

    def write(self, vals):
        check_system_fields(self, vals)
        return super().write(vals)


class DunningRun(models.Model):
    _inherit = "dunning.run"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_system_fields(self, vals)
        return super(DunningRun, without_system_defaults(self)).create(vals_list)

    def write(self, vals):
        check_system_fields(self, vals)
        if {"date", "company_id"} & vals.keys() and not self.env.su:
            if any(run.state != "draft" for run in self):
                raise UserError(self.env._("Only a draft can be changed."))
        return super().write(vals)


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def write(self, vals):
        check_system_fields(self, vals)
        result = super().write(vals)
        if NOTICE_CONTENT & vals.keys():
            self._withdraw_formal_approval()
        return result

    def _withdraw_formal_approval(self):
        """An approval covers what a Credit Manager saw, nothing else."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        self.sudo().filtered(lambda n: n.is_formal and n.approved).write(
            {"approved": False, "approved_by_id": False}
        )
