"""How far a read has come."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from numpy_ext._terminal import is_notebook, is_terminal

__all__ = ["ProgressBar", "progress_bar"]

WAIT_SECONDS: Final = 3.0

# No source of fewer bytes takes that long.
LEAST_BYTES: Final = 1 << 24


def progress_bar(option: bool | str, size: int) -> ProgressBar | None:
    """Return a bar if this option shows one for a source of so many bytes."""
    if option is True:
        return ProgressBar(0.0)
    if option == "auto" and size >= LEAST_BYTES and is_watched():
        return ProgressBar(WAIT_SECONDS)
    return None


def is_watched() -> bool:
    """Return whether somebody looks on: a terminal, or a notebook."""
    return is_terminal(sys.stderr) or is_notebook()


class ProgressBar:
    """A bar on stderr, by tqdm if it is installed; nothing before it has waited.

    A bar that cannot be written does no harm to the read.
    """

    def __init__(self, wait: float) -> None:
        self._begin = time.monotonic() + wait
        self._bar: Any = None
        self._broken = False

    def __call__(self, done: int, total: int) -> None:
        """Show that so many bytes are done."""
        if self._broken or (self._bar is None and time.monotonic() < self._begin):
            return
        try:
            if self._bar is None:
                make = bar_class()
                self._bar = make(
                    total=total, unit="B", unit_scale=True, desc="reading CSV"
                )
            self._bar.total = total
            self._bar.update(done - self._bar.n)
        except (OSError, ValueError):  # stderr is closed, or its reader is gone
            self._broken = True

    def close(self) -> None:
        """End the line of the bar, if there is one; after an error too."""
        if self._bar is not None:
            try:
                self._bar.close()
            except (OSError, ValueError):
                self._broken = True


def bar_class() -> Callable[..., Any]:
    """Return tqdm, as a widget where a notebook can show one, or our own bar."""
    try:
        # tqdm.auto warns in a notebook without ipywidgets, about what we know.
        if is_notebook() and importlib.util.find_spec("ipywidgets") is not None:
            from tqdm.auto import tqdm
        else:
            from tqdm import tqdm
    except ImportError:
        return PlainBar
    return tqdm  # type: ignore[no-any-return]


class PlainBar:
    """The little of tqdm that a bar needs."""

    def __init__(self, total: int, unit: str, unit_scale: bool, desc: str) -> None:
        self.n = 0
        self.total = total
        self._name = desc
        self._shown = ""

    def update(self, more: int) -> None:
        """Go on by so many bytes; what would look the same is not written again."""
        self.n += more
        share = self.n / self.total if self.total else 1.0
        line = f"\r{self._name}: {share:4.0%} of {self.total / 1e6:,.0f} MB"
        if line != self._shown and sys.stderr is not None:
            self._shown = line
            print(line, end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the line, if one was begun."""
        if self._shown and sys.stderr is not None:
            print(file=sys.stderr, flush=True)
