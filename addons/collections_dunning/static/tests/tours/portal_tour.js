import { registry } from "@web/core/registry";

/** Nothing may be wider than the screen. */
function assertFits() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`The page is ${scrollWidth} wide on ${clientWidth} pixels.`);
    }
}

/* Whoever opens the link of a message pays what is overdue, in any language. */
function paySteps() {
    return [
        {
            content: "What is overdue is ticked already",
            trigger: "tbody[data-section=overdue] input[name=item]:checked",
            run: assertFits,
        },
        {
            trigger: ".o_collections_pay",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The sum, and core's form to pay it",
            trigger: ".o_collections_chosen tr.fw-bold:contains(1)",
            run: assertFits,
        },
        { trigger: "#customer_input", run: "edit 4242" },
        {
            trigger: "[name=o_payment_submit_button]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Back on the page: thank you, and nothing is overdue any more",
            trigger: ".alert-success.o_collections_paid",
            timeout: 30000,
            run: assertFits,
        },
        { trigger: ".o_collections_portal:not(:has(tbody[data-section=overdue] td))" },
    ];
}

registry.category("web_tour.tours").add("collections_portal_pay", {
    steps: () => paySteps(),
});

/* A portal user finds the page on his home, and pays there. */
registry.category("web_tour.tours").add("collections_portal_home", {
    steps: () => [
        {
            trigger: ".o_portal_index_card a[href='/my/collections']:contains(1,200.00)",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_portal_submenu li.active:contains(Your Account)" },
        { trigger: ".o_collections_overdue:contains(1,200.00)" },
        ...paySteps(),
    ],
});
