import { registry } from "@web/core/registry";

// Every step that runs is a click of the newcomer, counted by the test; the interface
// is French. What only looks has no run.
registry.category("web_tour.tours").add("dunning_first_run", {
    steps: () => [
        {
            content: "Open the list of apps",
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='collections_dunning.collections_dunning_menu']",
            run: "click",
        },
        {
            content: "The first steps come by themselves",
            trigger: ".o_dunning_first_run .o_dunning_block[name=receivables]",
        },
        {
            content: "The open items are counted",
            trigger: ".o_dunning_figure[data-figure=open] td:contains(3)",
        },
        {
            content: "I follow the customers",
            trigger: "button[name=action_take_charge]",
            run: "click",
        },
        {
            content: "The invoices were sent by the former software",
            trigger: ".o_field_widget[name=sent_outside] input",
            run: "click",
        },
        {
            content: "Choose the gentle procedure",
            trigger: ".o_dunning_procedure:eq(0) button",
            run: "click",
        },
        {
            content: "It is chosen",
            trigger: ".o_dunning_procedure.border-primary:eq(0) .fa-check",
        },
        {
            content: "What would go out?",
            trigger: "button[name=action_dry_run]",
            run: "click",
        },
        {
            content: "Two messages",
            trigger: ".o_field_widget[name=message_count]:contains(2)",
        },
        {
            content: "Activate",
            trigger: "button[name=action_activate]",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Propose today's reminders",
            trigger: "button[name=action_propose]:visible",
            run: "click",
        },
        {
            content: "Both wait in the proposal, and nothing has left",
            trigger: ".o_arrow_button_current[data-value=proposed]",
        },
        {
            content: "Confirm",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "The proposal is confirmed",
            trigger: ".o_arrow_button_current[data-value=confirmed]",
        },
    ],
});

registry.category("web_tour.tours").add("dunning_test_mode", {
    steps: () => [
        {
            content: "The banner names the address",
            trigger: ".o_dunning_test_banner:contains(test@seller.example.com)",
        },
        {
            content: "Leave for another app",
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            content: "Any other app",
            trigger: ".o_app[data-menu-xmlid='account.menu_finance']",
            run: "click",
        },
        {
            content: "It is another app",
            trigger: ".o_menu_brand:contains(Invoicing)",
        },
        {
            content: "The banner is there too",
            trigger: ".o_dunning_test_banner:contains(test@seller.example.com)",
        },
    ],
});

registry.category("web_tour.tours").add("dunning_no_test_mode", {
    steps: () => [
        {
            content: "The screen is there, without the banner",
            trigger:
                ".o_web_client:not(:has(.o_dunning_test_banner)) .o_control_panel",
        },
    ],
});
