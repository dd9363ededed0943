from . import dispute_figures
