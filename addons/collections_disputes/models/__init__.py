from . import (
    dispute_case,
    dispute_case_line,
    dispute_cause,
    dispute_reason,
)
