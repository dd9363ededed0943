import { registry } from "@web/core/registry";

const body = ".o_field_widget[name=body] textarea";

registry.category("web_tour.tours").add("dunning_mend_text", {
    steps: () => [
        {
            content: "Write a field that does not exist, on the second line",
            trigger: body,
            run: ({ edit }) => edit("Hello,\nPlease pay {{ totl_claimed }}."),
        },
        {
            content: "Leave the text",
            trigger: ".o_field_widget[name=subject] input",
            run: "click",
        },
        {
            content: "The preview names the line",
            trigger: ".o_field_widget[name=preview_error]:contains(line 2)",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is refused, with the line",
            trigger: ".modal:contains(line 2):contains(totl_claimed)",
        },
        {
            content: "Understood",
            trigger: ".modal button:contains(Close), .modal button:contains(Stay)",
            run: "click",
        },
        {
            content: "Mend the text",
            trigger: `body:not(:has(.modal)) ${body}`,
            run: ({ edit }) => edit("Hello,\nPlease pay {{ total_claimed }}."),
        },
        {
            content: "Leave the text",
            trigger: ".o_field_widget[name=subject] input",
            run: "click",
        },
        {
            content: "The preview is filled in for a real debtor",
            trigger: ".o_field_widget[name=preview_body]:contains(Please pay $100.00.)",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible",
        },
    ],
});
