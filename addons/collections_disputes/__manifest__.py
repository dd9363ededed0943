{
    "name": "Collections: Disputes",
    "summary": "Every disagreement gets an owner, a deadline and an end, "
    "and only the disputed part stops being dunned",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "author": "Collections Suite",
    "license": "LGPL-3",
    "depends": ["collections_dunning"],
    "data": [
        "security/collections_disputes_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "views/dispute_case_views.xml",
        "views/dispute_reason_views.xml",
        "views/dispute_cause_views.xml",
        "views/dispute_analysis_views.xml",
        "wizards/dispute_figures_views.xml",
        "views/account_move_views.xml",
        "views/account_move_line_views.xml",
        "views/collections_debtor_views.xml",
        "views/dunning_notice_views.xml",
        "views/collections_disputes_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["collections_disputes/static/src/**/*"],
    },
    "application": False,
}
