from . import (
    base_partner_merge,
    collections_statement,
    dunning_explain,
    dunning_first_run,
    dunning_first_run_details,
    dunning_first_run_dry_run,
    dunning_first_run_procedure,
    dunning_first_run_receivables,
    dunning_registered_import,
    dunning_registered_import_line,
    dunning_settings,
    dunning_settings_ecb,
)
