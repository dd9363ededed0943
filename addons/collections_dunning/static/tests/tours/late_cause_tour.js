import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_late_cause", {
    steps: () => [
        {
            content: "The customer answered: why does he pay late?",
            trigger:
                ".o_field_widget[name=late_cause_id] .o_selection_badge:contains(Slow Approval)",
            run: "click",
        },
        {
            content: "It is saved at once",
            trigger:
                ".o_form_view:has(.o_form_saved) .o_selection_badge.active:contains(Slow Approval)",
        },
        {
            content: "Open the invoice",
            trigger: "button[name=action_open_entries]",
            run: "click",
        },
        {
            content: "It shows the cause",
            trigger: "div[name=late_cause]:contains(Slow Approval)",
        },
        {
            content: "The customer says more",
            trigger: "div[name=late_cause] button[name=action_open_late_cause]",
            run: "click",
        },
        {
            content: "Another cause, by mistake",
            trigger: ".modal .o_selection_badge:contains(Forgotten)",
            run: "click",
        },
        {
            content: "Taken off again",
            trigger: ".modal .o_selection_badge.active:contains(Forgotten)",
            run: "click",
        },
        {
            content: "It was the first after all",
            trigger:
                ".modal:not(:has(.o_selection_badge.active)) .o_selection_badge:contains(Slow Approval)",
            run: "click",
        },
        {
            content: "In his words",
            trigger: ".modal .o_field_widget[name=remark] input",
            run: "edit The director signs on Monday",
        },
        {
            content: "Save",
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "It is on the invoice",
            trigger:
                "body:not(:has(.modal)) div[name=late_cause]:contains(The director signs on Monday)",
        },
    ],
});
