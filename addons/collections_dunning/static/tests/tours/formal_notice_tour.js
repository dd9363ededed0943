import { registry } from "@web/core/registry";

const printFormalNotice = (which) => [
    {
        content: `Open the actions (${which})`,
        trigger: ".o_cp_action_menus button:has(.fa-cog)",
        run: "click",
    },
    {
        content: "Print",
        trigger: ".o-dropdown--menu .dropdown-item:contains(Print)",
        run: "hover",
    },
    {
        content: "Formal notice",
        trigger: ".o-dropdown--menu .dropdown-item:contains(Formal notice)",
        run: "click",
    },
    {
        content: "The notice is there, beside the reminder",
        trigger:
            "button[name=action_open_dunning_notices] .o_stat_value:contains(/^2$/)",
    },
];

registry.category("web_tour.tours").add("dunning_print_formal_notice", {
    steps: () => [
        ...printFormalNotice("first"),
        ...printFormalNotice("again"),
        {
            content: "Open the notice",
            trigger: "button[name=action_open_dunning_notices]",
            run: "click",
        },
        {
            content: "There is one, printed and numbered",
            trigger: ".o_data_row:contains(MED/):contains(Printed) .o_data_cell",
            run: "click",
        },
        {
            content: "It waits to be posted",
            trigger: "button[name=action_post]:contains(Mark as Posted)",
            run: "click",
        },
        {
            content: "Posted: now it counts as sent",
            trigger: ".o_arrow_button_current:contains(Sent)",
        },
    ],
});
