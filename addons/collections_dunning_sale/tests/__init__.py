from . import test_credit_hold, test_exposure, test_tour, test_translations
