import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("collections_enter_missing_rate", {
    steps: () => [
        {
            content: "The screen says which rate is missing",
            trigger: ".o_collections_missing_rates li:contains(ECB)",
        },
        {
            content: "Enter it",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Choose among the reference rates",
            trigger: ".o_selected_row .o_field_widget[name=series] input",
            run: "click",
        },
        {
            content: "That of the ECB",
            trigger: ".o_select_menu_item:contains(ECB)",
            run: "click",
        },
        {
            content: "This half-year is proposed; only the rate is to be typed",
            trigger: ".o_selected_row .o_field_widget[name=percent] input",
            run: "edit 2.65",
        },
        {
            content: "Save",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "Nothing is missing any more",
            trigger:
                ".o_list_view:not(:has(.o_collections_missing_rates)) .o_list_button_add",
        },
    ],
});
