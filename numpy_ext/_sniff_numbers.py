"""How the numbers of a text are written: what the decimal mark and separators are."""

from __future__ import annotations

from typing import Final

import numpy as np

from numpy_ext._sniff_survey import Look, Survey

__all__ = ["number_forms"]

# The separators that there are, for the look that they have.
BLANKS: Final = ("\u202f", "\xa0", " ")
MARKS: Final = ("\u2019", "'")


def number_forms(made: Survey, first: int) -> tuple[str, str | None, str | None]:
    """Return the decimal mark, the thousands separator, and what is not certain.

    Only columns of numbers count. Where all that is seen is 1,234 the comma may be
    either, and nothing is said.
    """
    body = made.body[made.body >= first]
    if not len(body):
        return ".", None, None
    columns = np.arange(made.width)
    cells = made.looks[made.first_cells[body][:, None] + columns]
    filled = ((cells & Look.ABSENT) == 0).sum(axis=0)
    numbers = ((cells & Look.NUMBER) != 0).sum(axis=0)
    cells = cells[:, (numbers > 0) & (numbers >= 0.8 * filled)]
    comma, by_comma = (cells & Look.COMMA) != 0, (cells & Look.BY_COMMA) != 0
    point, by_point = (cells & Look.POINT) != 0, (cells & Look.BY_POINT) != 0
    if np.any(comma & ~by_comma) and not np.any(point & ~by_point):
        decimal, separator = ",", "." if np.any(by_point) else None
    elif np.any(point & ~by_point) and not np.any(comma & ~by_comma):
        decimal, separator = ".", "," if np.any(by_comma) else None
    elif np.any(by_point & ~point):  # 1.234.567
        decimal, separator = ",", "."
    elif np.any(by_comma & ~comma):
        decimal, separator = ".", ","
    else:
        doubt = None
        if np.any(comma) or np.any(by_comma):
            doubt = (
                "decimal: numbers such as 1,234 may have a decimal comma or separate "
                "thousands; without decimal=',' or thousands=',' they are strings"
            )
        return ".", separator_in(made, cells, first), doubt
    return decimal, separator or separator_in(made, cells, first), None


def separator_in(made: Survey, cells: object, first: int) -> str | None:
    """Return which blank or apostrophe stands between groups of digits."""
    looks = np.asarray(cells)
    for look, separators in ((Look.BY_BLANK, BLANKS), (Look.BY_MARK, MARKS)):
        if np.any(looks & look):
            return used_separator(made, look, separators, first)
    return None


def used_separator(
    made: Survey, look: int, separators: tuple[str, ...], first: int
) -> str | None:
    begin = int(made.first_cells[first]) if first < len(made.fields) else 0
    places = np.flatnonzero(made.looks[begin:] & look)[:50] + begin
    texts = [made.text[int(made.begins[p]) : int(made.ends[p])] for p in places]
    for separator in separators:
        if any(separator.encode() in text for text in texts):
            return separator
    return None
