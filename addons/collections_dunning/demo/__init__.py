from . import (
    collections_demo,
    collections_demo_arrangements,
    collections_demo_cases,
    collections_demo_credit,
    collections_demo_history,
    collections_demo_insolvency,
    collections_demo_interest,
    collections_demo_ledger,
    collections_demo_policy,
    collections_demo_reasons,
)
