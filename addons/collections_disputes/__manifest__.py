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
    ],
    "application": False,
}
