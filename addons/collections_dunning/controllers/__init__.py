from . import portal, portal_documents, portal_payment
