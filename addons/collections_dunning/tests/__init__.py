from . import (
    test_creditor_reference,
    test_epc_qr,
)
