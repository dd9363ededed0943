{
    "name": "Collections: Disputes",
    "summary": "Disagreements about invoices, kept out of dunning until settled",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "author": "Collections Suite",
    "license": "LGPL-3",
    "depends": ["collections_dunning"],
}
