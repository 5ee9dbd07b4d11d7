"""Other ways for the reader to reach the same result."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from numpy_ext import _csv_read, _native
from numpy_ext._info import info
from numpy_ext._threads import num_threads

__all__ = ["cpu_levels", "engine"]

# Levels from slow to fast, each with the CPU features it goes without.
_LEVELS = {
    "portable": "avx2,avx512,shani,neon,armsha2",
    "neon": "",
    "avx2": "avx512",
    "avx512": "",
}
_BEST = str(info()["cpu"])
_disabled = os.environ.get("NUMPY_EXT_DISABLE_CPU", "")


def cpu_levels() -> tuple[str, ...]:
    """Return the values that `engine` takes for ``cpu`` on this machine.

    Returns
    -------
    tuple of str
        ``"portable"`` first, which every machine has, then the faster ones.

    Examples
    --------
    >>> from numpy_ext.testing import cpu_levels
    >>> cpu_levels()[0]
    'portable'
    """
    levels = list(_LEVELS)
    return tuple(
        level
        for level in levels[: levels.index(_BEST) + 1]
        if level == "portable" or level.startswith("avx") == _BEST.startswith("avx")
    )


@contextmanager
def engine(
    *,
    block_size: int | None = None,
    cpu: str | None = None,
    threads: int | None = None,
) -> Iterator[None]:
    r"""Read in another way inside a ``with`` block; no result may differ.

    Code that comes after the reader cannot tell either; this is for tests of the
    reader itself, and to find out whether a surprise depends on the machine.
    Blocks nest: options that are left out stay as they are.

    Parameters
    ----------
    block_size : int, optional
        Bytes that are read at a time, from 1 on, instead of some 100 KiB. With 1
        there is a seam between any two records.
    cpu : str, optional
        The instruction set to use, one of `cpu_levels`.
    threads : int, optional
        How many threads to use at most, as with `num_threads`.

    Raises
    ------
    TypeError, ValueError
        On entering the block, if an option makes no sense or this machine lacks
        the instruction set.

    Notes
    -----
    `block_size` and `cpu` hold for the whole process, other threads included. No
    other thread may be reading when a block with `cpu` begins or ends. `threads`
    holds for the current context only.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> from numpy_ext.testing import assert_tables_equal, engine
    >>> text = 'n,motto\n1,"two\nlines"\n2,one\n'
    >>> usual = npx.parse_csv(text)
    >>> with engine(block_size=1, cpu="portable", threads=2):
    ...     assert_tables_equal(npx.parse_csv(text), usual)
    """
    with ExitStack() as undo:
        if threads is not None:
            undo.enter_context(num_threads(threads))
        if block_size is not None:
            undo.enter_context(_blocks(block_size))
        if cpu is not None:
            undo.enter_context(_instructions(cpu))
        yield


@contextmanager
def _blocks(size: int) -> Iterator[None]:
    if isinstance(size, bool) or not hasattr(size, "__index__"):
        raise TypeError(f"block_size must be an int, got {type(size).__name__}")
    bytes_at_a_time = int(size.__index__())
    if not 1 <= bytes_at_a_time <= 2**31 - 1:
        raise ValueError(f"block_size must be between 1 and 2**31 - 1, got {size}")
    before = _csv_read._block_bytes
    _csv_read._block_bytes = bytes_at_a_time
    try:
        yield
    finally:
        _csv_read._block_bytes = before


@contextmanager
def _instructions(level: str) -> Iterator[None]:
    global _disabled
    if level not in cpu_levels():
        known = ", ".join(map(repr, cpu_levels()))
        raise ValueError(f"cpu must be one of {known} on this machine, got {level!r}")
    before = _disabled
    environment = os.environ.get("NUMPY_EXT_DISABLE_CPU", "")
    _disabled = f"{environment},{_LEVELS[level]}"
    _native.disable_cpu(_disabled)
    try:
        yield
    finally:
        _disabled = before
        _native.disable_cpu(before)
