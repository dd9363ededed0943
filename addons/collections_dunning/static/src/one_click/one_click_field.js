import { registry } from "@web/core/registry";
import {
    BadgeSelectionField,
    badgeSelectionField,
} from "@web/views/fields/badge_selection/badge_selection_field";

/**
 * Badges of which a click is saved at once, outside dialogs: one question, one click.
 * Another click on the same badge takes it off.
 */
export class OneClickField extends BadgeSelectionField {
    async onChange(value) {
        super.onChange(value === this.value ? false : value);
        if (!this.props.record.isNew) {
            await this.props.record.save();
        }
    }
}

registry.category("fields").add("collections_one_click", {
    ...badgeSelectionField,
    component: OneClickField,
});
