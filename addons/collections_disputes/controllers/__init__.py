from . import portal, portal_contest
