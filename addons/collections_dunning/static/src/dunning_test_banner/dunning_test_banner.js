import { Component, onWillDestroy, useState } from "@odoo/owl";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

/** Says on every screen that messages go to the test address alone. */
export class DunningTestBanner extends Component {
    static template = "collections_dunning.DunningTestBanner";
    static props = {};

    setup() {
        this.state = useState({ byCompany: session.dunning_test_addresses || {} });
        const bus = useService("bus_service");
        const update = (addresses) => (this.state.byCompany = addresses);
        bus.subscribe("dunning_test_mode", update);
        onWillDestroy(() => bus.unsubscribe("dunning_test_mode", update));
    }

    /** One line for each address that the companies at work send to. */
    get addresses() {
        const addresses = user.activeCompanies
            .map((company) => this.state.byCompany[company.id])
            .filter((address) => address);
        return [...new Set(addresses)];
    }
}

patch(WebClient, {
    components: { ...WebClient.components, DunningTestBanner },
});
