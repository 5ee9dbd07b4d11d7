"""One table of `mixed`, written in dialects of CSV: what an option costs.

Every file holds the same values, in as many rows, so that each is read beside the
first, which needs no option. There are no blanks inside fields.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("id", "count", "price", "ratio", "name", "word", "category", "when", "flag")
HEADER = (*NAMES, "value")
ROWS = 500_000
ROWS_AT_A_TIME = 50_000

Record = list[str]
Write = Callable[[int, Record], str]
"""The line of a record of this number, without what ends it."""


def joined(between: str) -> Write:
    return lambda number, record: between.join(record)


def with_comments(number: int, record: Record) -> str:
    """Return a record; each tenth has a comment behind it."""
    return ",".join(record) + ("# checked" if number % 10 == 0 else "")


def with_escapes(number: int, record: Record) -> str:
    """Return a record with an escape in one of its strings."""
    record[4] = record[4].replace("_", "\\_", 1)
    return ",".join(record)


def with_blanks(number: int, record: Record) -> str:
    """Return a record with a blank behind each delimiter, and a string in quotes."""
    record[4] = f'"{record[4]}"'
    return ", ".join(record)


def with_commas(number: int, record: Record) -> str:
    """Return a record with decimal commas."""
    for i in (2, 3, 9):
        record[i] = record[i].replace(".", ",")
    return ";".join(record)


def with_groups(number: int, record: Record) -> str:
    """Return a record with groups of three digits, in one number of seven."""
    if record[0].isdigit():
        record[0] = f"{int(record[0]):,}"
    return ";".join(record)


def with_dates(number: int, record: Record) -> str:
    """Return a record with the day before the month."""
    day, _, clock = record[7].partition("T")
    if clock:
        record[7] = "/".join(reversed(day.split("-"))) + " " + clock
    return ",".join(record)


def with_units(number: int, record: Record) -> str:
    """Return a record; behind the header is a line that is none."""
    line = ",".join(record)
    return line if number else line + "\n(1),(1),EUR"


@dataclass(frozen=True)
class Dialect:
    label: str
    write: Write
    options: dict[str, Any] = field(default_factory=dict)
    end: str = "\n"
    footer: str = ""


PLAIN = "no option"
DIALECTS = {
    dialect.label: dialect
    for dialect in (
        Dialect(PLAIN, joined(",")),
        Dialect("delimiter ;", joined(";"), {"delimiter": ";"}),
        Dialect("delimiter |", joined("|"), {"delimiter": "|"}),
        Dialect("delimiter ||", joined("||"), {"delimiter": "||"}),
        Dialect("delimiter ¦", joined("¦"), {"delimiter": "¦"}),
        Dialect("whitespace", joined("  "), {"delimiter": "whitespace"}),
        Dialect("comment", with_comments, {"comment": "#"}),
        Dialect("escapechar", with_escapes, {"escapechar": "\\"}),
        Dialect("lineterminator", joined(","), {"lineterminator": ";\n"}, ";\n"),
        Dialect("strip", with_blanks, {"strip": True}),
        Dialect("decimal", with_commas, {"delimiter": ";", "decimal": ","}),
        Dialect("thousands", with_groups, {"delimiter": ";", "thousands": ","}),
        Dialect("dates", with_dates, {"dates": {"when": "%d/%m/%Y %H:%M:%S"}}),
        Dialect("skiprows", with_units, {"skiprows": [1]}),
        Dialect("skipfooter", joined(","), {"skipfooter": 1}, footer="Total,1,2\n"),
    )
}


def without_blanks(columns: list[list[str]]) -> list[list[str]]:
    """Return the columns of `mixed` for fields that need no quotes anywhere."""
    return [
        [text.replace(" ", "T" if i == 7 else "_") for text in column]
        for i, column in enumerate(columns)
    ]


def write(
    path: Path,
    label: str,
    rows: int,
    columns: Callable[[int], list[list[str]]],
) -> None:
    """Write so many rows in one of the dialects, of columns that come in parts."""
    dialect = DIALECTS[label]
    unfinished = path.with_suffix(".partial")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.write(dialect.write(0, list(HEADER)) + dialect.end)
        for first in range(0, rows, ROWS_AT_A_TIME):
            part = without_blanks(columns(min(ROWS_AT_A_TIME, rows - first)))
            file.writelines(
                dialect.write(first + i + 1, list(record)) + dialect.end
                for i, record in enumerate(zip(*part, strict=True))
            )
        file.write(dialect.footer)
    unfinished.rename(path)
