import { registry } from "@web/core/registry";

/** Nothing may be wider than the screen. */
function assertFits() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`The page is ${scrollWidth} wide on ${clientWidth} pixels.`);
    }
}

/** In a week, as a date field wants it. */
function inAWeek() {
    const day = new Date();
    day.setDate(day.getDate() + 7);
    return day.toISOString().slice(0, 10);
}

/* A customer says when he pays, in any language. */
registry.category("web_tour.tours").add("collections_portal_promise", {
    steps: () => [
        {
            trigger: ".o_collections_forms a[href$='/promise']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What is overdue is chosen already, and the sum is shown",
            trigger: ".o_collections_choice input:checked",
            run: assertFits,
        },
        { trigger: "#amount[placeholder*='200']" },
        {
            trigger: "#date",
            run: () => {
                document.querySelector("#date").value = inAWeek();
            },
        },
        { trigger: "#amount", run: "edit 500" },
        { trigger: "#words", run: "edit As soon as I am paid" },
        {
            trigger: ".o_collections_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Thank you, and the page says what was promised",
            trigger: ".o_collections_done",
            run: assertFits,
        },
        { trigger: ".o_collections_arrangements:contains(500)" },
    ],
});

/** Read the plan, and write the name with a finger or the keyboard. */
const signSteps = [
    {
        content: "The installments are there to read",
        trigger: ".o_collections_schedule tr:contains(400)",
        run: assertFits,
    },
    { trigger: "input[name=signer]", run: "edit Claire Durand" },
    {
        trigger: ".o_portal_sign_submit:enabled",
        run: "click",
        expectUnloadPage: true,
    },
    {
        content: "Signed, by whom and when",
        trigger: ".o_collections_done:contains(Claire Durand)",
        run: assertFits,
    },
    { trigger: "a[href$='/agreement']" },
];

/* A portal user signs a payment plan. */
registry.category("web_tour.tours").add("collections_portal_sign", {
    steps: () => [
        {
            trigger: ".o_collections_plan a.o_collections_sign",
            run: "click",
            expectUnloadPage: true,
        },
        ...signSteps,
    ],
});

/* Who has a link alone gets a code by e-mail first; in the test it is this one. */
registry.category("web_tour.tours").add("collections_portal_sign_by_link", {
    steps: () => [
        {
            trigger: ".o_collections_plan a.o_collections_sign",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing to sign with yet",
            trigger: ".o_collections_form:not(:has(.o_portal_sign_submit))",
        },
        {
            trigger: ".o_collections_send_code",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#code", run: "edit 012345" },
        {
            trigger: ".o_collections_code .btn-primary",
            run: "click",
            expectUnloadPage: true,
        },
        ...signSteps,
    ],
});
