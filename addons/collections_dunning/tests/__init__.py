from . import (
    test_assessment,
    test_bounce,
    test_creditor_reference,
    test_debtor,
    test_delivery,
    test_demo,
    test_epc_qr,
    test_level_text,
    test_notice_text,
    test_explanation,
    test_proposal,
    test_security,
)
