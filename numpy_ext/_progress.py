"""How far a read has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Final

__all__ = ["ProgressBar", "progress_bar"]

WAIT_SECONDS: Final = 3.0

# No source of fewer bytes takes that long.
LEAST_BYTES: Final = 1 << 24


def progress_bar(option: bool | str, size: int) -> ProgressBar | None:
    """Return a bar if this option shows one for a source of so many bytes."""
    if option is True:
        return ProgressBar(size, 0.0)
    if option == "auto" and size >= LEAST_BYTES and is_watched():
        return ProgressBar(size, WAIT_SECONDS)
    return None


def is_watched() -> bool:
    """Return whether somebody looks on: a terminal, or a notebook."""
    if "ipykernel" in sys.modules:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


class ProgressBar:
    """A bar on stderr, by tqdm if it is installed; nothing before it has waited."""

    def __init__(self, size: int, wait: float) -> None:
        self._size = size
        self._begin = time.monotonic() + wait
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Show that so many bytes are done."""
        if self._bar is None:
            if time.monotonic() < self._begin:
                return
            self._bar = bar_class()(total=total, unit="B", unit_scale=True)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the line of the bar, if there is one."""
        if self._bar is not None:
            self._bar.close()


def bar_class() -> Callable[..., Any]:
    try:
        from tqdm import tqdm
    except ImportError:
        return PlainBar
    return tqdm  # type: ignore[no-any-return]


class PlainBar:
    """The little of tqdm that a bar needs."""

    def __init__(self, total: int, unit: str, unit_scale: bool) -> None:
        self.n = 0
        self.total = total

    def update(self, more: int) -> None:
        """Go on by so many bytes."""
        self.n += more
        share = self.n / self.total if self.total else 1.0
        print(
            f"\rreading CSV: {share:4.0%} of {self.total / 1e6:,.0f} MB",
            end="",
            file=sys.stderr,
            flush=True,
        )

    def close(self) -> None:
        """End the line."""
        print(file=sys.stderr, flush=True)
