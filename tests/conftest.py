"""What pytest's own run leaves behind goes where all generated things go."""

from pathlib import Path

from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(__file__).parent.parent / "var/hypothesis")
