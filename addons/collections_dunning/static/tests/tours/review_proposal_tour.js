import { registry } from "@web/core/registry";

const others = ".o_field_widget[name=other_notice_ids]";
const toLookAt = ".o_field_widget[name=review_notice_ids]";

registry.category("web_tour.tours").add("dunning_review_proposal", {
    steps: () => [
        {
            content: "Make a new proposal",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Propose",
            trigger: "button[name=action_propose]:contains(Propose)",
            run: "click",
        },
        {
            content: "The items that are dunned are counted",
            trigger: ".o_dunning_outcome[data-reason=dunned]:contains(Dunned 3)",
        },
        {
            content: "The outcomes add up to the ledger",
            trigger: ".o_field_widget[name=difference_count]:contains(0)",
        },
        {
            content: "Open the items of a reason",
            trigger: ".o_dunning_outcome[data-reason=not_due]",
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row:contains(Petit)",
        },
        {
            content: "Back to the proposal",
            trigger: ".breadcrumb-item a:contains(Run of), .o_back_button",
            run: "click",
        },
        {
            content: "Open the reminder to Durand",
            trigger: `${others} .o_data_row:contains(Durand) button[name=get_formview_action]`,
            run: "click",
        },
        {
            content: "The message is as it will arrive",
            trigger: ".o_field_widget[name=message_html]:contains(Please pay $100.00)",
        },
        {
            content: "Back to the proposal",
            trigger: ".breadcrumb-item a:contains(Run of), .o_back_button",
            run: "click",
        },
        {
            content: "Drop the reminder to Martin",
            trigger: `${others} .o_data_row:contains(Martin) button[name=action_cancel]`,
            run: "click",
        },
        {
            content: "It is gone",
            trigger: `${others}:not(:contains(Martin))`,
        },
        {
            content: "Approve the formal notice",
            trigger: `${toLookAt} .o_data_row:contains(Leroy) button[name=action_approve]`,
            run: "click",
        },
        {
            content: "It is approved",
            trigger: `${toLookAt} .o_data_row:contains(Leroy) button[name=action_disapprove]`,
        },
        {
            content: "Confirm",
            trigger: "button[name=action_confirm]:contains(Confirm)",
            run: "click",
        },
        {
            content: "The run is confirmed",
            trigger: ".o_arrow_button_current:contains(Confirmed)",
        },
        {
            content: "The reminder waits to be sent",
            trigger: `${others} .o_data_row:contains(Durand):contains(Queued)`,
        },
    ],
});

registry.category("web_tour.tours").add("dunning_read_sent_notice", {
    steps: () => [
        {
            content: "The notice was sent",
            trigger: ".o_arrow_button_current:contains(Sent)",
        },
        {
            content: "What was written can be read",
            trigger: ".o_field_widget[name=message_html]:contains(Please pay $100.00)",
        },
        {
            content: "To whom it was sent is known",
            trigger: ".o_field_widget[name=email_to]:contains(compta@durand.example.com)",
        },
    ],
});
