import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// Nothing moves on by itself there: somebody has to mend it.
const TO_MEND = ["no_partner", "no_recipient", "no_procedure", "exhausted"];

/**
 * The totals of a run: one tile per reason, one row per currency. Each tile opens
 * its items.
 */
export class DunningOutcomes extends Component {
    static template = "collections_dunning.DunningOutcomes";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get isClickable() {
        return !this.props.record.data.is_simulation;
    }

    get currencies() {
        const rows = new Map();
        for (const outcome of this.list.records) {
            const currency = outcome.data.currency_id;
            if (!rows.has(currency.id)) {
                rows.set(currency.id, { currency, count: 0, residual: 0, outcomes: [] });
            }
            const row = rows.get(currency.id);
            row.count += outcome.data.item_count;
            row.residual += outcome.data.amount_residual;
            row.outcomes.push(outcome);
        }
        for (const row of rows.values()) {
            row.outcomes.sort((a, b) => this.rank(a) - this.rank(b));
        }
        return [...rows.values()];
    }

    /** What is dunned comes first; the others stay in the order of the tests. */
    rank(outcome) {
        return outcome.data.reason === "dunned" ? 0 : 1;
    }

    buttonClass(outcome) {
        if (outcome.data.reason === "dunned") {
            return "btn-outline-primary";
        }
        return TO_MEND.includes(outcome.data.reason)
            ? "btn-light text-danger"
            : "btn-light";
    }

    label(outcome) {
        const selection = this.list.fields.reason.selection;
        return Object.fromEntries(selection)[outcome.data.reason];
    }

    amount(value, currencyId) {
        return formatMonetary(value, { currencyId });
    }

    async open(outcome) {
        const action = await this.orm.call(
            "dunning.run.outcome",
            "action_open_items",
            [[outcome.resId]]
        );
        this.action.doAction(action);
    }
}

export const dunningOutcomes = {
    component: DunningOutcomes,
    supportedTypes: ["one2many"],
    useSubView: true,
};

registry.category("fields").add("dunning_outcomes", dunningOutcomes);
