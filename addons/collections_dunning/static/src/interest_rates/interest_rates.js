import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Names the rates that overdue items need and that nobody has entered. */
export class MissingRates extends Component {
    static template = "collections_dunning.MissingRates";
    static props = { count: Number, isEditing: Boolean };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ sentences: [] });
        onWillStart(() => this.load());
        // Something was entered, changed or deleted.
        onWillUpdateProps((props) => {
            if (!props.isEditing) {
                this.load();
            }
        });
    }

    async load() {
        this.state.sentences = await this.orm.call(
            "collections.interest.rate",
            "get_missing_rates"
        );
    }
}

export class InterestRateListRenderer extends ListRenderer {
    static template = "collections_dunning.InterestRateListRenderer";
    static components = { ...ListRenderer.components, MissingRates };
}

registry.category("views").add("collections_interest_rate_list", {
    ...listView,
    Renderer: InterestRateListRenderer,
});
