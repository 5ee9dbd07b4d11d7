"""The names of the columns."""

from __future__ import annotations

import sys
import warnings
from typing import Final

from numpy_ext.errors import CsvSchemaError, CsvWarning

__all__ = ["column_names", "warn", "warn_of_row"]

# In characters: float() shows all of a longer text in its error.
LONGEST_NUMBER: Final = 512


def column_names(
    header: bool, names: tuple[str, ...] | None, fields: int, texts: list[str]
) -> tuple[str, ...]:
    """Return a distinct name for each of the fields that the first record has.

    The texts are those of one record or of several, one after the other.
    """
    if names is not None:
        if fields and len(names) != fields:
            raise CsvSchemaError(
                f"{len(names)} names for {fields} fields",
                code="NX502",
                hint=f"names= with {fields} names",
            )
        return names
    if not fields:
        raise CsvSchemaError(
            "the source is empty", code="NX501", hint="names= gives it columns"
        )
    if not header:
        return tuple(f"f{i}" for i in range(fields))
    if len(texts) > fields:
        texts = ["_".join(filter(None, texts[i::fields])) for i in range(fields)]
    if all(looks_numeric(text) for text in texts):
        warn(
            f"the first record was used as names, but it reads like numbers: "
            f"{', '.join(texts[:5])}; header=False?"
        )
    if any("\0" in text for text in texts):
        order = "be" if texts[0].startswith("\0") else "le"
        warn(
            f"there are NUL characters in the names, as in {texts[0][:40]!r:.40}; "
            f"encoding='utf-16-{order}'?"
        )
    if "" in texts:
        texts = [text or f"f{i}" for i, text in enumerate(texts)]
    return distinct(texts)


def warn_of_row(texts: list[str]) -> None:
    """Warn if a header that `names` replace is likely to be a row."""
    if any(looks_numeric(text) for text in texts):
        warn(
            f"names= replaces the first record, but that has numbers: "
            f"{', '.join(texts[:5])}; header=False?"
        )


def looks_numeric(name: str) -> bool:
    """Return whether a column name is a number."""
    if len(name) > LONGEST_NUMBER:
        return False
    try:
        float(name)
    except ValueError:
        return False
    return "_" not in name


def distinct(names: list[str]) -> tuple[str, ...]:
    """Return the names, later ones with the first free suffix where they repeat."""
    if len(set(names)) == len(names):
        return tuple(names)
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for name in names:
        free = name
        while free in taken:
            counts[name] = counts.get(name, 0) + 1
            free = f"{name}_{counts[name]}"
        taken.add(free)
        result.append(free)
    renamed = [new for old, new in zip(names, result, strict=True) if old != new]
    warn(
        f"column names repeat; renamed to {', '.join(renamed[:5])}"
        + (" ..." if len(renamed) > 5 else "")
    )
    return tuple(result)


def warn(message: str) -> None:
    """Warn at the line outside of this package that called it."""
    depth, frame = 1, sys._getframe()
    while (
        frame.f_back is not None and frame.f_globals.get("__package__") == __package__
    ):
        depth, frame = depth + 1, frame.f_back
    warnings.warn(message, CsvWarning, stacklevel=depth)
