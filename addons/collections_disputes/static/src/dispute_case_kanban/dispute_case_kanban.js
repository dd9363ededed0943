import { kanbanView } from "@web/views/kanban/kanban_view";
import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";

/** The dialog that ends a dispute, by the column it is dropped into. */
const CLOSING_ACTIONS = {
    resolved: "action_open_resolve",
    rejected: "action_open_reject",
};

class DisputeCaseKanbanModel extends RelationalModel {
    /** Open a dialog about a dispute, and show afterwards what came of it. */
    async openClosingDialog(resId, method) {
        const action = await this.orm.call("dispute.case", method, [[resId]]);
        const form = { ...action, views: [[false, "form"]] };
        await this.action.doAction(form, { onClose: () => this.load() });
    }
}

class DisputeCaseKanbanGroupList extends RelationalModel.DynamicGroupList {
    /**
     * A dispute ends with a root cause and an answer: the dialog asks for them, and
     * the card stays where it is until then.
     *
     * @override
     */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const source = this.groups.find((group) => group.id === dataGroupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const method =
            source !== target &&
            target?.groupByField.name === "state" &&
            CLOSING_ACTIONS[target.value];
        if (!method) {
            return super.moveRecord(...arguments);
        }
        const record = source.list.records.find((r) => r.id === dataRecordId);
        await this.model.openClosingDialog(record.resId, method);
    }
}

DisputeCaseKanbanModel.DynamicGroupList = DisputeCaseKanbanGroupList;

registry.category("views").add("dispute_case_kanban", {
    ...kanbanView,
    Model: DisputeCaseKanbanModel,
});
