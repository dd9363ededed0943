import { registry } from "@web/core/registry";

// In French, as the accountants of the demo company see it.

registry.category("web_tour.tours").add("dispute_open_from_invoice", {
    steps: () => [
        {
            content: "Dispute a part of this invoice",
            trigger: "button[name=action_dispute]:contains(Litige)",
            run: "click",
        },
        {
            content: "Say what the customer objects to",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "edit Prix",
        },
        {
            content: "Choose the reason",
            trigger: ".modal .o-autocomplete--dropdown-item:contains(Prix)",
            run: "click",
        },
        {
            content: "The whole rest is proposed: click to change it",
            trigger: ".modal .o_field_widget[name=line_ids] .o_data_cell[name=amount]",
            run: "click",
        },
        {
            content: "Dispute 300 of it",
            trigger:
                ".modal .o_field_widget[name=line_ids] .o_field_widget[name=amount] input",
            run: "edit 300",
        },
        {
            content: "Open the dispute",
            trigger: ".modal-footer button[name=action_open]",
            run: "click",
        },
        {
            content: "It is new, and has an owner",
            trigger: ".o_arrow_button_current:contains(Nouveau)",
        },
        {
            content: "300 are disputed",
            trigger: ".o_field_widget[name=amount_disputed]:contains(300)",
        },
        {
            content: "Begin to work on it",
            trigger: "button[name=action_acknowledge]",
            run: "click",
        },
        {
            content: "It is under review",
            trigger: ".o_arrow_button_current:contains(En cours)",
        },
        {
            content: "Go to the invoice",
            trigger: "button[name=action_open_invoices]",
            run: "click",
        },
        {
            content: "The invoice leads back to its dispute",
            trigger: "button[name=action_open_disputes]:contains(1)",
        },
    ],
});

registry.category("web_tour.tours").add("dispute_resolve", {
    steps: () => [
        {
            content: "Resolve",
            trigger: "button[name=action_open_resolve]",
            run: "click",
        },
        {
            content: "The customer is right: a credit note",
            trigger: ".modal .o_field_widget[name=resolution] input",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".o_select_menu_item:contains(Avoir)",
            run: "click",
        },
        {
            content: "Of what is disputed, not of the whole invoice",
            trigger: ".modal .o_field_widget[name=scope] input:checked",
        },
        {
            content: "The usual cause of this reason is proposed",
            trigger: ".modal .o_field_widget[name=cause_id] input:value(Tarif)",
        },
        {
            content: "End the dispute",
            trigger: ".modal-footer button[name=action_resolve]",
            run: "click",
        },
        {
            content: "It is resolved",
            timeout: 60000, // a credit note is posted and printed
            trigger: ".o_arrow_button_current:contains(Résolu)",
        },
        {
            content: "Its credit note is one click away",
            trigger: "button[name=action_open_credit_notes]",
            run: "click",
        },
        {
            content: "It credits what was disputed, and no more",
            trigger: ".o_field_widget[name=tax_totals]:contains(300)",
        },
    ],
});

registry.category("web_tour.tours").add("dispute_kanban", {
    steps: () => [
        {
            content: "Drop the dispute where it is rejected",
            trigger: ".o_kanban_record:contains(Durand)",
            run: "drag_and_drop (.o_kanban_group:contains(Non fondé))",
        },
        {
            content: "A dialog asks for the grounds; the rejection is chosen",
            trigger: ".modal .o_field_widget[name=new_date_to_pay]",
        },
        {
            content: "Not now",
            trigger: ".modal-footer button[special=cancel], .modal-footer .btn-secondary",
            run: "click",
        },
        {
            content: "It is still where it was",
            trigger:
                "body:not(:has(.modal)) .o_kanban_group:contains(Nouveau) .o_kanban_record:contains(Durand)",
        },
        {
            content: "Drop it where the customer is waited for",
            trigger: ".o_kanban_record:contains(Durand)",
            run: "drag_and_drop (.o_kanban_group:contains(Attente client))",
        },
        {
            content: "It went there",
            trigger:
                ".o_kanban_group:contains(Attente client) .o_kanban_record:contains(Durand)",
        },
    ],
});
