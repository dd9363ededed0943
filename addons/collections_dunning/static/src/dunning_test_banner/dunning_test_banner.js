import { Component } from "@odoo/owl";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

/** Says on every screen that messages go to the test address alone. */
export class DunningTestBanner extends Component {
    static template = "collections_dunning.DunningTestBanner";
    static props = {};

    /** One line for each address that the companies at work send to. */
    get addresses() {
        const byCompany = session.dunning_test_addresses || {};
        const addresses = user.activeCompanies
            .map((company) => byCompany[company.id])
            .filter((address) => address);
        return [...new Set(addresses)];
    }
}

patch(WebClient, {
    components: { ...WebClient.components, DunningTestBanner },
});
