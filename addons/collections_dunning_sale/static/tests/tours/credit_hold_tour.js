import { registry } from "@web/core/registry";

// A quotation past the credit limit, from the salesperson to the Credit Manager and back.

registry.category("web_tour.tours").add("credit_hold_ask", {
    steps: () => [
        {
            content: "The banner says by how much",
            trigger: ".alert-warning:contains('1,100.00')",
        },
        {
            content: "It can't be confirmed, nor approved by the salesperson",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name=action_confirm])):not(:has(button[name=action_approve_credit]))",
        },
        {
            content: "Ask for approval",
            trigger: "button[name=action_request_credit_approval]",
            run: "click",
        },
        {
            content: "A Credit Manager was asked",
            trigger: ".alert-warning:contains('was asked for approval')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_hold_approve", {
    steps: () => [
        {
            content: "The order waits in the list",
            trigger: ".o_data_row button[name=action_approve_credit]",
            run: "click",
        },
        {
            content: "The dialog says what the rule has against it",
            trigger: ".modal .alert-warning:contains('1,100.00')",
        },
        {
            content: "All of it is proposed",
            trigger: ".modal .o_field_widget[name=amount] input:value('500.00')",
        },
        {
            content: "Give a reason",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Pays half in advance",
        },
        {
            content: "Approve",
            trigger: ".modal-footer button:contains('Approve')",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: "body:not(:has(.modal)) .o_view_nocontent",
        },
    ],
});

registry.category("web_tour.tours").add("credit_hold_confirm", {
    steps: () => [
        {
            content: "The banner says who approved it",
            trigger: ".alert-warning:contains('Pays half in advance')",
        },
        {
            content: "Confirm",
            trigger: ".o_statusbar_buttons button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is an order now",
            trigger: ".o_arrow_button_current:contains('Sales Order')",
        },
    ],
});
