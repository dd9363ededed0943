import { registry } from "@web/core/registry";

/** Nothing may be wider than the telephone. */
function assertFits() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`The page is ${scrollWidth} wide on ${clientWidth} pixels.`);
    }
}

/* A customer contests an invoice on his telephone, in French, and follows it. */
registry.category("web_tour.tours").add("disputes_portal_contest", {
    steps: () => [
        {
            content: "The invoice offers it",
            trigger: "a.o_dispute_contest_btn:contains(Contester cette facture)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "h3:contains(Contester la facture)",
            run: assertFits,
        },
        { trigger: "#dispute_amount", run: "edit 300,00" },
        { trigger: "#dispute_reason", run: "selectByLabel Casse" },
        { trigger: "#dispute_description", run: "edit Deux cartons sont abîmés." },
        {
            trigger: ".o_dispute_contest button[type=submit]:contains(Envoyer)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is recorded, in his own words",
            trigger: ".o_dispute_portal .badge:contains(Reçue)",
            run: assertFits,
        },
        { trigger: ".o_dispute_portal td:contains(300,00)" },
        { trigger: "#chatterRoot:shadow .o-mail-Message:contains(cartons)" },
        {
            content: "He adds something",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
            run: "edit Le carton 7 aussi.",
        },
        {
            trigger: "#chatterRoot:shadow .o-mail-Composer button[title]:contains(Envoyer), #chatterRoot:shadow .o-mail-Composer-send:enabled",
            run: "click",
        },
        { trigger: "#chatterRoot:shadow .o-mail-Message:contains(carton 7)" },
        {
            trigger: ".o_portal_submenu a[href='/my/disputes']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is in his list",
            trigger: ".o_portal_my_doc_table td:contains(300,00)",
            run: assertFits,
        },
    ],
});
