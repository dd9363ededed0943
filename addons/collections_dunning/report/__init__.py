from . import (
    collections_agreement_report,
    collections_credit_policy_report,
    collections_insolvency_report,
    collections_statement_report,
    dunning_deposit_slip_report,
    dunning_letter_report,
)
