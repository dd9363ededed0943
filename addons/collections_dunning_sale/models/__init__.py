from . import (
    collections_debtor,
    collections_order_approval,
    payment_transaction,
    sale_order,
    sale_order_credit,
    sale_order_line,
)
