"""How the tests of the repo are run.

What pytest's own run leaves behind goes where all generated things go.
"""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(__file__).parent.parent / "var/hypothesis")

# Other tests run at the same time: how long an example takes says nothing.
settings.register_profile(
    "repo", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repo")
