from ..tools import log_filter
from . import portal, portal_documents, portal_forms, portal_payment, portal_sign

log_filter.install()
