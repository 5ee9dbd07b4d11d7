"""The options about records that are broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from numpy_ext.errors import CsvError

__all__ = ["RAGGED", "check_max_errors", "error_action"]

RAGGED: Final = ("raise", "pad", "truncate", "both")
ON_ERROR: Final = ("raise", "skip", "collect")

# What others call the ways to deal with bad records.
OTHER_ACTIONS: Final = {
    "error": '"raise"',
    "warn": '"skip", which warns',
    "ignore": '"skip"',
    "store": '"collect"',
}


def error_action(option: str, value: Any) -> str | Callable[[CsvError], None]:
    """Check what becomes of bad records; name what other tools call it."""
    if callable(value):
        return value  # type: ignore[no-any-return]
    other = OTHER_ACTIONS.get(value) if isinstance(value, str) else None
    if other is not None:
        raise ValueError(f"{option} must be {other}, got {value!r}")
    if not isinstance(value, str) or value not in ON_ERROR:
        raise ValueError(
            f'{option} must be "raise", "skip", "collect" or a callable, got {value!r}'
        )
    return str(value)


def check_max_errors(most: int | None, action: object) -> None:
    """Refuse a limit where no record is left out."""
    if most is not None and action == "raise":
        raise ValueError(
            f"max_errors={most} counts records that are left out, which "
            'on_error="raise" does not; "skip" and "collect" do'
        )
