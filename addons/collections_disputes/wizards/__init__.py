from . import (
    dispute_figures,
    dispute_open,
    dispute_open_line,
    dispute_remainder,
    dispute_resolve,
    dunning_settings_dispute_alias,
    dunning_settings_disputes,
)
