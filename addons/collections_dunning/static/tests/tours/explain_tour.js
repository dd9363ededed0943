import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_explain_invoice", {
    steps: () => [
        {
            content: "Ask why",
            trigger: "button[name=action_dunning_explain]",
            run: "click",
        },
        {
            content: "A sentence answers",
            trigger:
                ".modal .o_field_widget[name=answer]:contains(is not dunned: it is on hold)",
        },
        {
            content: "The tests before were passed",
            trigger: ".modal .o_field_widget[name=answer]:contains(customer known)",
        },
        {
            content: "The one that refused says by what",
            trigger: ".modal .o_field_widget[name=answer]:contains(Cheque in the post)",
        },
        {
            content: "Close",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "The invoice is there again",
            trigger: "body:not(:has(.modal)) button[name=action_dunning_explain]",
        },
    ],
});
