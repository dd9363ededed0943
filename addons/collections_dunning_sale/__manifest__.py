{
    "name": "Collections: Credit Hold on Sales Orders",
    "summary": "Orders past the credit rule warn, wait for a Credit Manager, or stop",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "author": "Collections Suite",
    "license": "LGPL-3",
    "depends": ["collections_dunning", "sale"],
    "data": [
        "security/collections_dunning_sale_security.xml",
        "security/ir.model.access.csv",
        "data/mail_activity_type_data.xml",
        "views/collections_order_approval_views.xml",
        "views/sale_order_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["collections_dunning_sale/static/tests/tours/**/*"],
    },
    "demo": ["demo/collections_demo_orders.xml"],
    "auto_install": True,
}
