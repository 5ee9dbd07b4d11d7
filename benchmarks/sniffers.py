"""The sniffers that are judged: each tells what it can of a file.

Files are handed over as each wants them. Ours takes bytes. csv.Sniffer and clevercsv
take text, and get it as `open` gives it: decoded rightly, with LF for every line end.
DuckDB takes a file, and is told the encoding.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pollution import Polluted

import numpy_ext as npx

__all__ = ["SNIFFERS", "Sniffer", "Told"]


class Told(NamedTuple):
    """What a sniffer says of a file; None for all if it says nothing."""

    delimiter: str
    quotechar: str | None
    escapechar: str | None
    header: bool
    skiprows: int = 0
    comment: str | None = None


class Sniffer(NamedTuple):
    """A contender: its call, and the properties it has a word for."""

    name: str
    sniff: Callable[[Polluted], Told | None]
    tells: tuple[str, ...]
    package: str | None = None


def ours(file: Polluted) -> Told | None:
    try:
        found = npx.sniff_csv(file.data)
    except npx.errors.CsvDialectError:
        return None
    return Told(
        found.delimiter,
        found.quotechar,
        found.escapechar,
        found.header,
        found.skiprows,
        found.comment,
    )


def opened_text(file: Polluted) -> str:
    return file.text.replace("\r\n", "\n").replace("\r", "\n")


def python_csv(file: Polluted) -> Told | None:
    text, sniffer = opened_text(file), csv.Sniffer()
    try:
        found = sniffer.sniff(text)
        header = sniffer.has_header(text)
    except (csv.Error, IndexError, StopIteration, TypeError):
        return None
    quoted = found.quotechar if found.quoting != csv.QUOTE_NONE else None
    return Told(found.delimiter, quoted, found.escapechar, header)


def clevercsv(file: Polluted) -> Told | None:
    import clevercsv as package

    text, sniffer = opened_text(file), package.Sniffer()
    try:
        found = sniffer.sniff(text)
        if found is None:
            return None
        header = sniffer.has_header(text)
    except (package.Error, csv.Error, IndexError, StopIteration, TypeError, ValueError):
        return None
    # One column is what it calls a delimiter of no characters.
    delimiter = found.delimiter or absent(file)
    return Told(delimiter, found.quotechar or None, found.escapechar or None, header)


def absent(file: Polluted) -> str:
    """Return a delimiter that a file of one column does not have, if it is one."""
    return next(iter(sorted(file.answer.delimiters)), "")


def duckdb(file: Polluted) -> Told | None:
    import duckdb as package

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(file.data)
        rows: list[Any] = []
        # Of the encodings it has, the right one is told: it looks for none itself.
        encoding = {"latin-1": ", encoding='latin-1'", "cp1252": ", encoding='CP1252'"}
        wide = (
            ", encoding='utf-16'" if file.answer.encoding.startswith("utf-16") else ""
        )
        option = encoding.get(file.answer.encoding, wide)
        try:
            rows = package.sql(
                "select Delimiter, Quote, Escape, HasHeader, SkipRows, Comment "
                f"from sniff_csv('{path}', sample_size=-1{option})"
            ).fetchall()
        except package.Error:
            return None
    if not rows:
        return None
    delimiter, quote, escape, header, skip, comment = (
        None if value in ("(empty)", "", "\0") else value for value in rows[0]
    )
    # What escapes a quote by itself is a doubled quote.
    escape = None if escape == (quote or '"') else escape
    return Told(
        delimiter or absent(file), quote, escape, bool(header), int(skip or 0), comment
    )


ALL = ("delimiter", "quote", "escape", "header", "skip")

SNIFFERS = (
    Sniffer("numpy_ext", ours, ALL),
    Sniffer("csv.Sniffer", python_csv, ("delimiter", "quote", "header")),
    Sniffer(
        "clevercsv", clevercsv, ("delimiter", "quote", "escape", "header"), "clevercsv"
    ),
    Sniffer("DuckDB", duckdb, ALL, "duckdb"),
)
