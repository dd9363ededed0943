from . import dunning_deposit_slip_report, dunning_letter_report
