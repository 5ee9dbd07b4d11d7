"""Where output goes: a terminal, a notebook, or neither."""

from __future__ import annotations

import os
import sys
from typing import TextIO

__all__ = ["is_notebook", "is_terminal", "shows_color"]


def is_notebook() -> bool:
    """Return whether this code runs for a Jupyter front end.

    IPython in a terminal is none, nor is a program that merely imported ipykernel.
    """
    get_shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_shell is not None and getattr(get_shell(), "kernel", None) is not None


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream ends at a terminal; a closed one or none does not."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def shows_color(stream: TextIO | None) -> bool:
    """Return whether colours are welcome there (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return is_terminal(stream) and not is_notebook()
