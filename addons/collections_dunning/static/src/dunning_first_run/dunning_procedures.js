import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    email: "fa-envelope-o",
    letter: "fa-file-text-o",
    registered_letter: "fa-certificate",
    phone: "fa-phone",
    task: "fa-check-square-o",
};

/** Procedures side by side, each with its levels by day; one click chooses. */
export class DunningProcedures extends Component {
    static template = "collections_dunning.DunningProcedures";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
    }

    get procedures() {
        return this.props.record.data[this.props.name] || [];
    }

    icon(step) {
        return ICONS[step.kind];
    }

    async choose(procedure) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.orm.call(record.resModel, "action_choose_procedure", [
            [record.resId],
            procedure.id,
        ]);
        await record.load();
    }
}

registry.category("fields").add("dunning_procedures", {
    component: DunningProcedures,
    supportedTypes: ["json"],
});
