import { registry } from "@web/core/registry";

const { DateTime } = luxon;

const end = ".o_field_widget[name=date_to]";

/** Type the day that is so many days ahead as the new end. */
function chooseEnd(days) {
    return [
        {
            content: "The end",
            trigger: `.modal ${end} input, .modal ${end} button`,
            run: "click",
        },
        {
            content: `In ${days} days`,
            trigger: `.modal ${end} input`,
            run() {
                const day = DateTime.now().plus({ days }).toFormat("MM/dd/yyyy");
                this.anchor.value = day;
                this.anchor.dispatchEvent(new Event("input", { bubbles: true }));
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
    ];
}

const save = {
    content: "Save",
    trigger: ".modal-footer .o_form_button_save",
    run: "click",
};

registry.category("web_tour.tours").add("dunning_pause", {
    steps: () => [
        {
            content: "The letter about this invoice came back",
            trigger: ".o_field_widget[name=open_item_ids] button[name=action_dunning_hold]",
            run: "click",
        },
        {
            content: "What is open of it is filled in",
            trigger: ".modal .o_field_widget[name=item_ids] .o_tag",
        },
        {
            content: "Why?",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "click",
        },
        {
            content: "Wrong address",
            trigger: ".o_select_menu_item:contains(Wrong Address)",
            run: "click",
        },
        {
            content: "Then somebody looks at the next notice",
            trigger: ".modal .o_radio_input[data-value=approve]:checked",
        },
        {
            content: "With words",
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit Letter came back",
        },
        ...chooseEnd(-3),
        save,
        {
            content: "This day has passed: what to choose is said",
            trigger: ".modal:contains(is in the past)",
        },
        {
            content: "Understood",
            trigger: ".modal:contains(is in the past) .modal-footer button",
            run: "click",
        },
        ...chooseEnd(5),
        save,
        {
            content: "The holds of the customer",
            trigger: "body:not(:has(.modal)) .o_form_view .nav-link[name=holds]",
            run: "click",
        },
        {
            content: "The pause is in force",
            trigger:
                ".o_field_widget[name=pause_ids] .o_data_row:contains(Letter came back):contains(Running)",
        },
        {
            content: "He moves next week: extend it",
            trigger: ".o_field_widget[name=pause_ids] button[name=action_extend]",
            run: "click",
        },
        ...chooseEnd(12),
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit New address next week",
        },
        {
            content: "Extend",
            trigger: ".modal-footer button[name=action_extend]",
            run: "click",
        },
        {
            content: "It was noted on the file",
            trigger:
                "body:not(:has(.modal)) .o-mail-Message:contains(New address next week)",
        },
    ],
});
