"""Options that are one of some words."""

from __future__ import annotations

__all__ = ["choice", "one_of"]


def choice(option: str, value: object, choices: tuple[str, ...]) -> str:
    """Check an option that is one of some words."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{option} must be {one_of(choices)}, got {value!r}")
    return str(value)


def one_of(choices: tuple[str, ...]) -> str:
    *first, last = (f'"{c}"' for c in choices)
    return f"{', '.join(first)} or {last}" if first else last
