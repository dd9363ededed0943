"""What a piece of work costs: seconds, queries, memory."""

import contextlib
import dataclasses
import resource
import time
from pathlib import Path

import odoo.sql_db

COLUMNS = "{:24}{:>11}{:>9}{:>9}{:>9}{:>10}{:>12}{:>12}"


@dataclasses.dataclass
class Cost:
    """Of one step; memory is the peak of a single process, in MiB.

    The processor's seconds are those of this process alone: on a busy machine they
    tell more than the clock.
    """

    title: str
    count: int = 0
    seconds: float = 0.0
    busy: float = 0.0
    queries: int = 0
    memory: float = 0.0
    child_memory: float = 0.0

    def __str__(self):
        return COLUMNS.format(
            self.title,
            f"{self.count:,}",
            f"{self.seconds:.2f}",
            f"{self.busy:.2f}",
            f"{self.count / self.seconds:,.0f}" if self.seconds else "",
            f"{self.queries:,}",
            f"{self.memory:.0f}",
            f"{self.child_memory:.0f}",
        )


def print_head():
    names = ("step", "count", "s", "CPU s", "/s", "queries", "Python MiB", "child MiB")
    print(COLUMNS.format(*names), flush=True)


@contextlib.contextmanager
def measured(title):
    """Measure what is done inside, and print it.

    The block may set ``count``, the number of things worked on.
    """
    cost = Cost(title)
    _forget_peak()
    queries = odoo.sql_db.sql_counter
    busy = time.process_time()
    begin = time.perf_counter()
    yield cost
    cost.seconds = time.perf_counter() - begin
    cost.busy = time.process_time() - busy
    cost.queries = odoo.sql_db.sql_counter - queries
    cost.memory = _read_peak()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.child_memory = usage.ru_maxrss / 1024
    print(cost, flush=True)


def _forget_peak():
    """Let the peak of this process start again from what it uses now."""
    Path("/proc/self/clear_refs").write_text("5")


def _read_peak():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
