import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Long enough for a double click, short enough to try again. */
const PATIENCE = 3000;

/**
 * A form on the page of a customer: says how much the chosen invoices are, where an
 * amount may be left empty, and is sent once. Without it everything works as well.
 */
export class CollectionsForm extends Interaction {
    static selector = ".o_collections_form form";
    dynamicContent = {
        "input[name='item_ids']": { "t-on-change": this.showAmount },
        _root: { "t-on-submit": this.onSubmit },
    };

    start() {
        this.showAmount();
    }

    showAmount() {
        const amountEl = this.el.querySelector(".o_collections_total");
        if (!amountEl) {
            return;
        }
        const chosen = [...this.el.querySelectorAll("input[name='item_ids']:checked")];
        const currencies = new Set(chosen.map((el) => el.dataset.currency));
        amountEl.placeholder =
            currencies.size === 1
                ? new Intl.NumberFormat(document.documentElement.lang || undefined, {
                      style: "currency",
                      currency: [...currencies][0],
                  }).format(chosen.reduce((sum, el) => sum + Number(el.dataset.amount), 0))
                : "";
    }

    onSubmit(ev) {
        const now = Date.now();
        if (this.sentAt && now - this.sentAt < PATIENCE) {
            ev.preventDefault();
        } else {
            this.sentAt = now;
        }
    }
}

registry
    .category("public.interactions")
    .add("collections_dunning.collections_form", CollectionsForm);
