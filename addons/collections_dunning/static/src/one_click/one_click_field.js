import { registry } from "@web/core/registry";
import {
    BadgeSelectionField,
    badgeSelectionField,
} from "@web/views/fields/badge_selection/badge_selection_field";

/** Badges of which a click is saved at once: one question, one click. */
export class OneClickField extends BadgeSelectionField {
    async onChange(value) {
        await super.onChange(value);
        await this.props.record.save();
    }
}

registry.category("fields").add("collections_one_click", {
    ...badgeSelectionField,
    component: OneClickField,
});
