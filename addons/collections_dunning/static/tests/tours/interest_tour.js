import { registry } from "@web/core/registry";

// A notice, its computation, the customer's file, the regime: as one goes through them.
const getSteps = (words) => [
    {
        content: "The notice claims interest and compensation",
        trigger: `.o_field_widget[name=charging] input:value(${words.claimed})`,
    },
    {
        content: "They are apart from the principal",
        trigger: `.o_field_widget[name=amount_compensation]:contains(${words.compensation})`,
    },
    {
        content: "How is the interest computed?",
        trigger: ".o_field_widget[name=line_ids] button[name=action_show_interest]",
        run: "click",
    },
    {
        content: "The last half-year, before the payment",
        trigger: `.modal .o_dunning_computation tbody tr:contains(${words.principal}):contains(${words.before})`,
    },
    {
        content: "This half-year, after the payment",
        trigger: `.modal .o_dunning_computation tbody tr:contains(${words.rest}):contains(${words.after})`,
    },
    {
        content: "The periods add up, and are rounded once",
        trigger: `.modal .o_dunning_computation tfoot:contains(${words.rounded})`,
    },
    {
        content: "Close",
        trigger: ".modal footer button[special=cancel]",
        run: "click",
    },
    {
        content: "Open the customer's file",
        trigger: "body:not(:has(.modal)) .o_field_widget[name=debtor_id] a",
        run: "click",
    },
    {
        content: "What its items have borne",
        trigger: `.o_field_widget[name=accrued_compensation]:contains(${words.compensation})`,
    },
    {
        content: "Why this regime",
        trigger: `.o_field_widget[name=regime_reason]:contains(${words.reason})`,
    },
    {
        content: "How the interest of the open item is computed today",
        trigger: ".o_field_widget[name=open_item_ids] button[name=action_dunning_interest]",
        run: "click",
    },
    {
        content: "The same table",
        trigger: `.modal .o_dunning_computation tbody tr:contains(${words.principal}):contains(${words.before})`,
    },
    {
        content: "Close",
        trigger: ".modal footer button[special=cancel]",
        run: "click",
    },
    {
        content: "Open the regime",
        trigger: "body:not(:has(.modal)) .o_field_widget[name=applied_regime_id] a",
        run: "click",
    },
    {
        content: "Today's rate in words",
        trigger: `.o_field_widget[name=rate_label]:contains(${words.after})`,
    },
];

registry.category("web_tour.tours").add("dunning_read_interest", {
    steps: () =>
        getSteps({
            claimed: "Claimed",
            compensation: "40.00",
            principal: "1,000.00",
            rest: "600.00",
            before: "12.15",
            after: "12.40",
            rounded: "Interest, rounded once",
            reason: "businesses",
        }),
});

registry.category("web_tour.tours").add("dunning_read_interest_in_french", {
    steps: () =>
        getSteps({
            claimed: "Réclamé",
            compensation: "40,00",
            principal: "000,00",
            rest: "600,00",
            before: "12,15",
            after: "12,40",
            rounded: "une seule fois",
            reason: "professionnels",
        }),
});
