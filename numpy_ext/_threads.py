"""How many threads a call may use."""

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["num_threads", "on_main_thread", "thread_count"]

MOST_THREADS = 1024

_chosen: ContextVar[int | None] = ContextVar("numpy_ext.num_threads", default=None)


@contextmanager
def num_threads(n: int) -> Iterator[None]:
    r"""Set the number of threads for the calls inside a ``with`` block.

    Parameters
    ----------
    n : int
        At least 1. Without it, ``NUMPY_EXT_NUM_THREADS`` decides, then
        ``OMP_NUM_THREADS``, then the processors this process may use. A call's own
        ``threads`` argument goes before all of these.

    Raises
    ------
    TypeError, ValueError
        On entering the block, if `n` is no int or not between 1 and 1024.

    Notes
    -----
    The setting belongs to the current context (`contextvars`): other threads and
    tasks are not affected. No result depends on the number of threads.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> with npx.num_threads(1):
    ...     t = npx.parse_csv("a\n1\n")
    """
    token = _chosen.set(checked("n", n))
    try:
        yield
    finally:
        _chosen.reset(token)


def thread_count(threads: int | None, small: bool = False) -> int:
    """Return how many threads a call with this ``threads`` argument may use.

    A small job needs one only, and no look at the environment.
    """
    if threads is not None:
        return threads
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    if small:
        return 1
    for variable in ("NUMPY_EXT_NUM_THREADS", "OMP_NUM_THREADS"):
        # OpenMP allows a list, one number for each level of nesting.
        first = os.environ.get(variable, "").split(",")[0].strip()
        if first.isdecimal() and int(first) > 0:
            return min(int(first), MOST_THREADS)
    return usable_processors()


def checked(name: str, value: object) -> int:
    """Return a number of threads, or say what is wrong with it."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an int, got {type(value).__name__}")
    count = int(value.__index__())
    if not 1 <= count <= MOST_THREADS:
        raise ValueError(f"{name} must be between 1 and {MOST_THREADS}, got {count}")
    return count


def usable_processors() -> int:
    """Return how many processors the scheduler and the container leave us."""
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        count = os.process_cpu_count() or 1
    elif hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return max(1, min(count, cgroup_limit(), MOST_THREADS))


def cgroup_limit(path: str = "/sys/fs/cgroup/cpu.max") -> int:
    """Return the processors' worth of time that a container may use (cgroup v2)."""
    try:
        with open(path, encoding="ascii") as file:
            quota, period = file.read().split()
        return max(1, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):
        return MOST_THREADS


def on_main_thread() -> bool:
    """Return whether this is the thread that Python handles signals on."""
    return threading.get_ident() == threading.main_thread().ident
