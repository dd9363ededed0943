import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const cell = (row, field) =>
    `.o_field_widget[name=installment_ids] .o_data_row:eq(${row}) [name=${field}]`;

registry.category("web_tour.tours").add("collections_payment_plan", {
    steps: () => [
        {
            content: "Begin a plan on the customer's file",
            trigger: "button[name=action_payment_plan]",
            run: "click",
        },
        {
            content: "What is overdue is chosen, over three months",
            trigger: `${cell(2, "amount")}:contains(333.34)`,
        },
        {
            content: "He pays something at once",
            trigger: ".o_field_widget[name=down_payment] input",
            run: "edit 200",
        },
        {
            content: "Over six months",
            trigger: ".o_field_widget[name=installment_count] input",
            run: "edit 6",
        },
        {
            content: "In round sums",
            trigger: ".o_field_widget[name=rounding] input",
            run: "edit 10 && press Tab",
        },
        {
            content: "The schedule follows while it is typed",
            trigger: `${cell(6, "amount")}:contains(150.00)`,
        },
        {
            content: "Change the first installment",
            trigger: cell(1, "amount"),
            run: "click",
        },
        {
            content: "Less at the beginning",
            trigger: `${cell(1, "amount")} input`,
            run: "edit 100 && press Tab",
        },
        {
            content: "The last one takes the difference",
            trigger: `${cell(6, "amount")}:contains(180.00)`,
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Propose it to the customer",
            trigger: "button[name=action_propose]:contains(Propose)",
            run: "click",
        },
        {
            content: "It has a number",
            trigger: ".o_field_widget[name=display_name]:contains(ECH/)",
        },
        {
            content: "It came back signed",
            trigger: "button[name=action_open_acceptance]",
            run: "click",
        },
        {
            content: "By whom",
            trigger: ".modal .o_field_widget[name=signed_by] input",
            run: "edit Jeanne Durand",
        },
        {
            content: "Attach the scan",
            trigger: ".modal .o_field_widget[name=scan] input[type=file]:not(:visible)",
            async run() {
                const file = new File(["signed"], "signed.pdf", {
                    type: "application/pdf",
                });
                await inputFiles(".modal .o_field_widget[name=scan] input[type=file]", [
                    file,
                ]);
            },
        },
        {
            content: "Record it",
            trigger: ".modal button[name=action_accept]",
            run: "click",
        },
        {
            content: "It is in force",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains(In Force)",
        },
    ],
});
