import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Names the rates that overdue items need and that nobody has entered. */
export class MissingRates extends Component {
    static template = "collections_dunning.MissingRates";
    static props = { list: Object };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ sentences: [] });
        onWillStart(() => this.load());
        useBus(this.props.list.model.bus, "update", () => {
            if (!this.props.list.editedRecord) {
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
