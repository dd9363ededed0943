import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_pin_segment", {
    steps: () => [
        {
            content: "How the customer pays",
            trigger: ".o_notebook .nav-link[name=behaviour]",
            run: "click",
        },
        {
            content: "He is a good payer",
            trigger: ".o_field_widget[name=segment_id]:contains(Reliable)",
        },
        {
            content: "Somebody knows better",
            trigger: "button[name=action_pin_segment]",
            run: "click",
        },
        {
            content: "Another segment",
            trigger: ".modal .o_field_widget[name=segment_id] input",
            run: "edit Chronic",
        },
        {
            content: "Choose it",
            trigger: ".modal .o-autocomplete--dropdown-item:contains(Chronic)",
            run: "click",
        },
        {
            content: "With a reason",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Has a new owner",
        },
        {
            content: "Pin him",
            trigger: ".modal button[name=action_pin]",
            run: "click",
        },
        {
            content: "He is where a person put him, and the reason is shown",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=segment_pin_reason]:contains(Has a new owner)",
        },
        {
            content: "The notices to him are firm now",
            trigger: ".o_field_widget[name=applied_tone]:contains(Firm)",
        },
        {
            content: "Let the figures decide again",
            trigger: "button[name=action_release_segment]",
            run: "click",
        },
        {
            content: "He is a good payer again",
            trigger:
                ".o_form_view:not(:has(button[name=action_release_segment])) .o_field_widget[name=segment_id]:contains(Reliable)",
        },
    ],
});
