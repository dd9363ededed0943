import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Rows of figures: a tick or a mark, what is counted, how many, how much. Each row
 * opens its records.
 */
export class DunningFigures extends Component {
    static template = "collections_dunning.DunningFigures";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get figures() {
        return this.props.record.data[this.props.name] || [];
    }

    icon(figure) {
        if (figure.done === null) {
            return "";
        }
        return figure.done ? "fa-check text-success" : "fa-exclamation-circle text-warning";
    }

    async open(figure) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call(record.resModel, "action_open_figure", [
            [record.resId],
            figure.key,
        ]);
        this.action.doAction(action);
    }
}

registry.category("fields").add("dunning_figures", {
    component: DunningFigures,
    supportedTypes: ["json"],
});
