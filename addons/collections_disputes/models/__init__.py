from . import (
    dispute_analysis,
    dispute_case,
    dispute_case_company_amount,
    dispute_case_line,
    dispute_case_line_company_amount,
    dispute_case_screen,
    dispute_cause,
    dispute_reason,
    dispute_smart_buttons,
    ir_ui_menu,
)
