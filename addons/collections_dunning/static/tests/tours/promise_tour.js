import { registry } from "@web/core/registry";

const { DateTime } = luxon;

registry.category("web_tour.tours").add("dunning_promise", {
    steps: () => [
        {
            content: "The customer is on the phone",
            trigger: "button[name=action_promise]",
            run: "click",
        },
        {
            content: "What is overdue is offered",
            trigger: ".modal .o_field_widget[name=amount] input:value(500.00)",
        },
        {
            content: "He promises a part",
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 300",
        },
        {
            content: "In a week",
            trigger: ".modal .o_field_widget[name=date] input, .modal .o_field_widget[name=date] button",
            run: "click",
        },
        {
            content: "In a week",
            trigger: ".modal .o_field_widget[name=date] input",
            run() {
                const day = DateTime.now().plus({ days: 7 }).toFormat("MM/dd/yyyy");
                this.anchor.value = day;
                this.anchor.dispatchEvent(new Event("input", { bubbles: true }));
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            content: "With his reason",
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit Waits for a transfer",
        },
        {
            content: "Save",
            trigger: ".modal-footer .o_form_button_save",
            run: "click",
        },
        {
            content: "The promise is on his file",
            trigger:
                "body:not(:has(.modal)) button[name=action_open_promises]:contains(1)",
            run: "click",
        },
        {
            content: "Open it",
            trigger: ".o_list_view .o_data_row td[name=amount]:contains(300.00)",
            run: "click",
        },
        {
            content: "It is under way",
            trigger: ".o_form_view .o_arrow_button_current:contains(Under Way)",
        },
    ],
});
