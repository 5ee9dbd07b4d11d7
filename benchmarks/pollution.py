"""CSV as it is found: clean tables written in every dialect, and made dirty.

`polluted(seed)` draws the same files for the same seed on every machine. Each knows
what a sniffer should say of it, how it is read back to the clean table, and at which
record a reader stops that forgives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from clean_tables import CleanTable, clean_tables

__all__ = ["SEED", "TUNING_SEEDS", "Answer", "Dirt", "Polluted", "polluted", "written"]

SEED = 20261128
"""The files of the tests and of the report; nobody tunes on them."""

TUNING_SEEDS = (1, 2, 3)
"""The files that `sniff_csv` may be improved on."""


@dataclass(frozen=True)
class Answer:
    """What is right: every property a set, for some can be said in several ways.

    `skips` are pairs of skiprows and comment that go together.
    """

    delimiters: frozenset[str]
    quotechars: frozenset[str | None]
    escapechars: frozenset[str | None]
    header: bool
    skips: frozenset[tuple[int, str | None]]
    encoding: str = "utf-8"
    lineterminator: str | None = None
    decimal: str = "."


@dataclass(frozen=True)
class Polluted:
    """One file."""

    name: str
    data: bytes
    text: str
    answer: Answer
    options: dict[str, Any]  # under which read_csv takes it, if anything does
    clean: bytes  # the clean table, in the usual dialect
    lenient: dict[str, Any] = field(
        default_factory=dict
    )  # more, to get the clean table
    first_bad: int | None = None  # the record at which the reader stops without those
    code: str | None = None  # of the error there
    recoverable: bool = True


@dataclass
class Dirt:
    """How a table is written: what a recipe changes, and then `made` writes."""

    table: CleanTable
    random: Random
    delimiter: str = ","
    quote: str | None = '"'
    quoting: str = "minimal"  # "all", "text", "none"
    escape: str | None = None
    header: bool = True
    terminator: str = "\n"
    encoding: str = "utf-8"
    before: list[str] = field(default_factory=list)  # lines of a preamble
    after: list[str] = field(default_factory=list)  # lines of a footer
    comment: str | None = None
    between: dict[int, list[str]] = field(default_factory=dict)  # lines before a row
    behind: dict[int, str] = field(default_factory=dict)  # text at the end of a row
    space: str = ""  # behind delimiters
    decimal: str = "."
    thousands: str | None = None
    final: bool = True
    mixed: bool = False
    aligned: bool = False
    extra: dict[int, list[str]] = field(default_factory=dict)  # fields more, by row
    short: dict[int, int] = field(default_factory=dict)  # fields less, by row
    trailing: str = (
        ""  # "all": a delimiter at the end of each line; "rows": not of names
    )
    names: list[tuple[str, ...]] = field(
        default_factory=list
    )  # more rows of the header
    raw: dict[int, str] = field(
        default_factory=dict
    )  # the last field, as it is written
    lenient: dict[str, Any] = field(default_factory=dict)
    first_bad: int | None = None
    code: str | None = None
    recoverable: bool = True


# ---- Writing ---------------------------------------------------------------


def quoted(cell: str, dirt: Dirt) -> str:
    quote = dirt.quote or '"'
    if dirt.escape is None:
        return quote + cell.replace(quote, quote * 2) + quote
    escape = dirt.escape
    return (
        quote + cell.replace(escape, escape * 2).replace(quote, escape + quote) + quote
    )


def is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace("-", "", 1).isdigit()


def needs_quotes(cell: str, dirt: Dirt) -> bool:
    special = [dirt.delimiter, dirt.quote, "\n", "\r", dirt.comment, dirt.escape]
    if dirt.delimiter == "whitespace":
        special += [" ", "\t"]
        if not cell:
            return True
    return any(s in cell for s in special if s) or cell != cell.strip()


def one_field(cell: str, dirt: Dirt, column: int, is_name: bool) -> str:
    if not is_name and column in dirt.table.decimals and cell:
        cell = in_style(cell, dirt)
    if dirt.quoting == "none":
        return escaped(cell, dirt)
    alone = not cell and len(dirt.table.names) == 1
    every = dirt.quoting == "all" or (dirt.quoting == "text" and not is_number(cell))
    if every or alone or needs_quotes(cell, dirt):
        return quoted(cell, dirt)
    return cell


def in_style(cell: str, dirt: Dirt) -> str:
    whole, _, fraction = cell.partition(".")
    if dirt.thousands is not None:
        sign = "-" * whole.startswith("-")
        digits = whole.removeprefix("-")
        head = len(digits) % 3
        groups = [digits[:head]] * bool(head)
        groups += [digits[i : i + 3] for i in range(head, len(digits), 3)]
        whole = sign + dirt.thousands.join(groups)
    return f"{whole}{dirt.decimal}{fraction}" if fraction else whole


def escaped(cell: str, dirt: Dirt) -> str:
    if dirt.escape is None:
        return cell
    for special in (dirt.escape, dirt.delimiter, dirt.quote, "\n"):
        if special is not None:
            cell = cell.replace(special, dirt.escape + special)
    return cell


def one_line(
    cells: Sequence[str], dirt: Dirt, row: int | None, widths: list[int]
) -> str:
    fields = [one_field(c, dirt, i, row is None) for i, c in enumerate(cells)]
    if row is not None:
        if row in dirt.raw:
            fields[-1] = dirt.raw[row]
        fields += dirt.extra.get(row, [])
        if row in dirt.short:
            fields = fields[: -dirt.short[row]]
    if dirt.aligned:
        padded = [f.ljust(w) for f, w in zip(fields, widths, strict=True)]
        return "  ".join(padded).rstrip()
    delimiter = " " if dirt.delimiter == "whitespace" else dirt.delimiter
    line = (delimiter + dirt.space).join(fields)
    if dirt.trailing == "all" or (dirt.trailing == "rows" and row is not None):
        line += delimiter
    return line


def written(dirt: Dirt) -> str:
    """Return the text of a file, with LF as its line ends."""
    table = dirt.table
    heads = [table.names, *dirt.names] if dirt.header else []
    widths = [
        max(len(one_field(c, dirt, i, False)) for c in cells)
        for i, cells in enumerate(zip(*heads, *table.rows, strict=True))
    ]
    lines = list(dirt.before)
    lines += [one_line(cells, dirt, None, widths) for cells in heads]
    for row, cells in enumerate(table.rows):
        lines += dirt.between.get(row, [])
        lines.append(one_line(cells, dirt, row, widths) + dirt.behind.get(row, ""))
    lines += dirt.after
    return "\n".join(lines) + "\n" * dirt.final


def terminated(text: str, dirt: Dirt) -> str:
    """Return the text with its own line ends; those inside quotes stay."""
    if dirt.terminator == "\n" and not dirt.mixed:
        return text
    pieces, inside = [], False
    for character in text:
        if character == dirt.quote:
            inside = not inside
        if character == "\n" and not inside:
            end = dirt.random.choice(("\n", "\r\n")) if dirt.mixed else dirt.terminator
            pieces.append(end)
        else:
            pieces.append(character)
    return "".join(pieces)


QUOTED = re.compile(r'"(?:[^"\\]|\\.|"")*"', re.DOTALL)


# ---- Answers ---------------------------------------------------------------


def quote_answers(text: str, dirt: Dirt) -> frozenset[str | None]:
    """Return the right quotes: if no field has any, all that change nothing."""
    if dirt.quote is not None and dirt.quote in text and dirt.quoting != "none":
        return frozenset([dirt.quote])
    absent = [q for q in ('"', "'") if q not in text]
    return frozenset([None, *absent])


def escape_answers(text: str, dirt: Dirt) -> frozenset[str | None]:
    if dirt.escape is not None and dirt.escape in text:
        return frozenset([dirt.escape])
    return frozenset([None] + ["\\"] * ("\\" not in text))


def delimiter_answers(text: str, dirt: Dirt) -> frozenset[str]:
    if len(dirt.table.names) > 1:
        told = {dirt.delimiter}
        if dirt.delimiter == "whitespace" and not dirt.aligned:
            told.add(" ")
        if dirt.delimiter == " " and "\t" not in text and "  " not in text:
            told.add("whitespace")
        return frozenset(told)
    known = (",", ";", "\t", "|", ":", " ", "~", "^", "\x01", "\x1f")
    bare = QUOTED.sub("", text)
    return frozenset(delimiter for delimiter in known if delimiter not in bare)


def skip_answers(dirt: Dirt) -> frozenset[tuple[int, str | None]]:
    """Return what takes the lines before the table away, in each way that does."""
    lines = len(dirt.before)
    remarks = [line for line in dirt.before if line.strip()]
    inner = any(dirt.between.values()) or any(dirt.behind.values())
    if dirt.comment is not None and inner:
        return frozenset((n, dirt.comment) for n in range(lines + 1))
    blanks = next(
        (i for i, line in enumerate(reversed(dirt.before)) if line.strip()), lines
    )
    told: set[tuple[int, str | None]] = {(lines - n, None) for n in range(blanks + 1)}
    if dirt.comment is not None and remarks:
        told |= {(n, dirt.comment) for n in range(lines + 1)}
    return frozenset(told)


def answer_of(text: str, dirt: Dirt) -> Answer:
    return Answer(
        delimiters=delimiter_answers(text, dirt),
        quotechars=quote_answers(text, dirt),
        escapechars=escape_answers(text, dirt),
        header=dirt.header,
        skips=skip_answers(dirt),
        encoding=dirt.encoding,
        decimal=dirt.decimal,
    )


def options_of(dirt: Dirt) -> dict[str, Any]:
    """Return the options of `read_csv` for the dialect of a file."""
    options: dict[str, Any] = {"delimiter": dirt.delimiter, "header": dirt.header}
    if not dirt.header:
        options["names"] = list(dirt.table.names)
    if dirt.quoting == "none":
        options["quoting"] = "none"
    elif dirt.quote is not None:
        options["quotechar"] = dirt.quote
    if dirt.escape is not None:
        options |= {"escapechar": dirt.escape, "doublequote": False}
    inner = any(dirt.between.values()) or any(dirt.behind.values())
    if dirt.comment is not None and inner:
        options["comment"] = dirt.comment
    if dirt.before:
        options["skiprows"] = len(dirt.before)
    if dirt.space or dirt.behind:
        options["strip"] = True
    if dirt.decimal != ".":
        options["decimal"] = dirt.decimal
    if dirt.thousands is not None:
        options["thousands"] = dirt.thousands
    if not dirt.encoding.startswith("utf-8"):
        options["encoding"] = dirt.encoding
    if dirt.names:
        options["header_rows"] = 1 + len(dirt.names)
    if dirt.after:
        options["skipfooter"] = sum(map(bool, dirt.after))
    return options


def clean_bytes(dirt: Dirt) -> bytes:
    """Return the clean table in the usual dialect; what is quoted stays quoted."""
    table = dirt.table
    if dirt.names:
        joined = tuple(
            "_".join(part for part in parts if part)
            for parts in zip(table.names, *dirt.names, strict=True)
        )
        table = replace(table, names=joined)
    if dirt.trailing == "all":
        table = replace(
            table,
            names=(*table.names, ""),
            rows=tuple((*row, "") for row in table.rows),
        )
    rows = tuple(
        row if i not in dirt.short else (*row[: -dirt.short[i]], *[""] * dirt.short[i])
        for i, row in enumerate(table.rows)
    )
    level = "minimal" if dirt.quoting == "none" else dirt.quoting
    plain = Dirt(replace(table, rows=rows), dirt.random, quoting=level)
    return written(plain).encode()


def encoded(text: str, dirt: Dirt) -> bytes:
    if dirt.encoding == "utf-8-sig":
        return b"\xef\xbb\xbf" + text.encode()
    return text.encode(dirt.encoding)


def made(name: str, dirt: Dirt) -> Polluted:
    text = terminated(written(dirt), dirt)
    return Polluted(
        name=f"{dirt.table.name}-{name}",
        data=encoded(text, dirt),
        text=text,
        answer=answer_of(text, dirt),
        options=options_of(dirt),
        clean=clean_bytes(dirt),
        lenient=dirt.lenient,
        first_bad=dirt.first_bad,
        code=dirt.code,
        recoverable=dirt.recoverable,
    )


def polluted(seed: int = SEED) -> list[Polluted]:
    """Return the files of a seed: every recipe on every table that it suits."""
    from recipes import RECIPES

    files = []
    for table in clean_tables(seed):
        for recipe in RECIPES:
            name = recipe.__name__
            dirt = Dirt(table, Random(f"{seed} {table.name} {name}"))
            if recipe(dirt):
                files.append(made(name, dirt))
    return files
