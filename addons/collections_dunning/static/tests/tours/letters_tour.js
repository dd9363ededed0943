import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_post_letters", {
    steps: () => [
        {
            content: "The letters are one click from the notices",
            trigger: ".o_control_panel button:contains(Letters)",
            run: "click",
        },
        {
            content: "Print all that wait",
            trigger: "button[name=action_print_day]",
            run: "click",
        },
        {
            content: "The PDF is there and the list was read again",
            trigger:
                "body:not(:has(.o_blockUI)):not(:has(.o_loading_indicator)) .o_data_row:contains(Printed):contains(Durand)",
        },
        {
            content: "They are printed; type the first number",
            trigger:
                ".o_data_row:contains(Printed):contains(Durand) [name=registered_number]",
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=registered_number] input",
            run: "edit 1a 234 567 8901 2",
        },
        {
            content: "Save the row",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Durand):contains(1A 234 567 8901 2)",
        },
        {
            content: "Select all letters",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Post them",
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            content: "The registered one is followed, the other one is done",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Martin))) .o_data_row:contains(Durand):contains(Sent)",
        },
    ],
});
