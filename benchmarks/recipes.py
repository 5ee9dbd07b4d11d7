"""The ways to make a table dirty: each changes how it is written, or declines it.

A recipe returns whether it suits the table. What a file should be found to be follows
from what was changed; only the record at which a strict reader stops is said here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clean_tables import CleanTable
from pollution import Dirt

__all__ = ["RECIPES"]

COMMON = (",", ",", ";", "\t", "|")
Recipe = Callable[[Dirt], bool]


def wide(dirt: Dirt) -> bool:
    return len(dirt.table.names) > 1


def some_delimiter(dirt: Dirt) -> None:
    dirt.delimiter = dirt.random.choice(COMMON)


def some_rows(dirt: Dirt, count: int) -> list[int]:
    last = len(dirt.table.rows)
    return sorted(dirt.random.sample(range(last), min(count, last)))


def with_cells(table: CleanTable, others: dict[str, str]) -> CleanTable:
    """Return the table with other cells in the place of some."""
    rows = tuple(tuple(others.get(c, c) for c in row) for row in table.rows)
    return replace(table, rows=rows)


# ---- Delimiters ------------------------------------------------------------


def by(delimiter: str, name: str) -> Recipe:
    def recipe(dirt: Dirt) -> bool:
        dirt.delimiter = delimiter
        return wide(dirt)

    recipe.__name__ = f"by_{name}"
    return recipe


def by_blanks(dirt: Dirt) -> bool:
    dirt.delimiter = "whitespace"
    return wide(dirt) and not dirt.table.has("\n")


def aligned(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.aligned = "whitespace", True
    return wide(dirt) and not dirt.table.has("\n")


def one_column(dirt: Dirt) -> bool:
    return not wide(dirt)


# ---- Quotes and escapes ----------------------------------------------------


def all_quoted(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.quoting = "all"
    return True


def text_quoted(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.quoting = "text"
    return wide(dirt)


def single_quotes(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.quote, dirt.quoting = "'", dirt.random.choice(("all", "text"))
    return wide(dirt)


def single_where_needed(dirt: Dirt) -> bool:
    dirt.quote = "'"
    return wide(dirt) and dirt.table.has(",")


def never_quoted(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.quoting = "none"
    dirt.table = dirt.table.without(dirt.delimiter, '"', "\n", "'")
    return wide(dirt)


def quotes_are_text(dirt: Dirt) -> bool:
    """Cells that begin with a quote that is none: inches, feet and ditto marks."""
    dirt.delimiter, dirt.quoting = dirt.random.choice(("\t", "|")), "none"
    dirt.table = dirt.table.without(dirt.delimiter, "\n", "\t")
    dirt.table = with_cells(dirt.table, {'"quoted"': '"so called'})
    return wide(dirt) and dirt.table.has('"so called')


def escaped_quotes(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.quoting, dirt.escape = "all", "\\"
    return dirt.table.has('"')


def escaped_delimiters(dirt: Dirt) -> bool:
    dirt.delimiter = dirt.random.choice((",", ",", ";"))
    dirt.quoting, dirt.escape, dirt.quote = "none", "\\", None
    dirt.table = dirt.table.without('"', "\n", "'")
    return wide(dirt) and dirt.table.has(dirt.delimiter)


# ---- Lines before, between and behind --------------------------------------


def title(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.before = ["Quarterly report of the northern office"]
    return wide(dirt)


def preamble(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.before = [
        "Exported by Tool 4.2",
        f"Date: 2026-0{dirt.random.randint(1, 9)}-11 08:30",
        "",
    ][: dirt.random.randint(1, 3)]
    return wide(dirt)


def long_preamble(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    lines = [f"Parameter {i}: value {dirt.random.randint(1, 99)}" for i in range(7)]
    dirt.before = [*lines, "", ""]
    return wide(dirt) and len(dirt.table.rows) > 12


def preamble_with_delimiters(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    d = dirt.delimiter
    dirt.before = [f"Report{d}Q3", f"Author{d}Ada Lovelace", ""]
    return len(dirt.table.names) > 2


def padded_preamble(dirt: Dirt) -> bool:
    """As spreadsheets export it: every line has all the delimiters."""
    dirt.delimiter = dirt.random.choice((",", ";"))
    pad = dirt.delimiter * (len(dirt.table.names) - 1)
    dirt.before = ["Sales by region" + pad, pad]
    return len(dirt.table.names) > 2


def remarks_on_top(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.comment = dirt.random.choice(("#", "#", "%", "//"))
    dirt.before = [
        f"{dirt.comment} made by a station, version 3",
        f"{dirt.comment} units: SI, see the manual",
    ]
    return wide(dirt) and not dirt.table.has(dirt.comment)


def remarks_between(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.comment = dirt.random.choice(("#", "#", "//"))
    for row in some_rows(dirt, 3):
        dirt.between[row] = [f"{dirt.comment} checked, row {row} was late"]
    return wide(dirt) and not dirt.table.has(dirt.comment, "\n")


def remarks_behind(dirt: Dirt) -> bool:
    dirt.comment = "#"
    dirt.before = ["# made by hand"]
    for row in some_rows(dirt, 3):
        dirt.behind[row] = "  # estimated, by hand"
    return wide(dirt) and not dirt.table.has("#", "\n")


def blank_lines(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    for row in some_rows(dirt, 4):
        dirt.between[row] = [""]
    return wide(dirt)


def blank_lines_first(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.before = ["", ""]
    return wide(dirt)


def footer(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    rows = len(dirt.table.rows)
    dirt.after = [f"{rows} rows exported"]
    dirt.first_bad, dirt.code = rows + 1, "NX301"
    return wide(dirt)


def units(dirt: Dirt) -> bool:
    """A second row of the header."""
    some_delimiter(dirt)
    dirt.names = [("m", "kg", "s", "A", "K")[: len(dirt.table.names)]]
    return dirt.table.name == "measurements"


def no_header(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.header = False
    return dirt.table.typed and wide(dirt)


# ---- Encodings and line ends -----------------------------------------------


def encodes(table: CleanTable, encoding: str) -> bool:
    text = "".join(table.cells)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return not text.isascii()


def bom(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.encoding = "utf-8-sig"
    return True


def utf_16(dirt: Dirt) -> bool:
    """What spreadsheets call Unicode text."""
    dirt.delimiter, dirt.encoding, dirt.terminator = "\t", "utf-16", "\r\n"
    return wide(dirt)


def utf_16_without_mark(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.encoding = dirt.random.choice(("utf-16-le", "utf-16-be"))
    return wide(dirt)


def latin_1(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.encoding = "latin-1"
    return encodes(dirt.table, "latin-1")


def cp1252(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.encoding = "cp1252"
    dirt.before = ["Prices in \u20ac \u2013 \u201cnet\u201d"]
    return encodes(dirt.table, "cp1252") and wide(dirt)


def carriage_returns_and_line_feeds(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.terminator = "\r\n"
    return True


def carriage_returns(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.terminator = "\r"
    return not dirt.table.has("\n")


def mixed_line_ends(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.mixed = True
    return True


def no_final_newline(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.final = False
    return True


# ---- Fields ----------------------------------------------------------------


def delimiters_at_the_end(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.trailing = "all"
    return wide(dirt)


def delimiters_behind_rows(dirt: Dirt) -> bool:
    some_delimiter(dirt)
    dirt.trailing = "rows"
    dirt.first_bad, dirt.code = 1, "NX301"
    dirt.lenient = {"ragged": "both"}
    return wide(dirt)


def ragged(dirt: Dirt, is_long: bool, is_short: bool) -> bool:
    some_delimiter(dirt)
    rows = some_rows(dirt, 4)
    for place, row in enumerate(rows):
        if is_short and (place % 2 or not is_long):
            dirt.short[row] = 1
        else:
            dirt.extra[row] = ["?", "more"][: dirt.random.randint(1, 2)]
    dirt.first_bad, dirt.code = rows[0] + 1, "NX301"
    dirt.lenient = {"ragged": "both"}
    return len(dirt.table.names) > 2 and len(dirt.table.rows) >= 8


def too_long(dirt: Dirt) -> bool:
    return ragged(dirt, True, False)


def too_short(dirt: Dirt) -> bool:
    return ragged(dirt, False, True)


def long_and_short(dirt: Dirt) -> bool:
    return ragged(dirt, True, True)


def spaces(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.space = dirt.random.choice((",", ";", "|")), " "
    return wide(dirt)


def spaces_and_quotes(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.space = dirt.random.choice((",", ";")), " "
    dirt.quoting = dirt.random.choice(("all", "text"))
    return wide(dirt)


def decimal_commas(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.decimal = dirt.random.choice((";", "\t", "|")), ","
    return wide(dirt) and bool(dirt.table.decimals)


def quoted_decimal_commas(dirt: Dirt) -> bool:
    dirt.decimal = ","
    return wide(dirt) and bool(dirt.table.decimals)


def thousands(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.decimal = ";", ","
    dirt.thousands = dirt.random.choice((".", "\u202f", " "))
    return dirt.table.name in ("prices", "sparse")


def text_behind_quotes(dirt: Dirt) -> bool:
    """Quotes closed too early, as a person types them."""
    some_delimiter(dirt)
    row = some_rows(dirt, 1)[0]
    dirt.quoting = "text"
    dirt.raw[row] = '"broken"off'
    rows = list(dirt.table.rows)
    rows[row] = (*rows[row][:-1], "brokenoff")
    dirt.table = replace(dirt.table, rows=tuple(rows))
    dirt.first_bad, dirt.code = row + 1, "NX201"
    dirt.lenient = {"quoting": "lenient"}
    return wide(dirt) and len(rows) > 8 and not is_numeric(dirt.table, -1)


def is_numeric(table: CleanTable, column: int) -> bool:
    return all(row[column].replace(".", "").isdigit() for row in table.rows[:2])


def inches(dirt: Dirt) -> bool:
    """Quotes inside fields that are not quoted."""
    some_delimiter(dirt)
    for row in some_rows(dirt, 3):
        dirt.raw[row] = 'a 5" pipe'
    rows = [
        (*cells[:-1], 'a 5" pipe') if i in dirt.raw else cells
        for i, cells in enumerate(dirt.table.rows)
    ]
    dirt.table = replace(dirt.table, rows=tuple(rows))
    return wide(dirt) and not is_numeric(dirt.table, -1) and len(rows) > 8


# ---- Several at once -------------------------------------------------------


def european_spreadsheet(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.decimal, dirt.terminator = ";", ",", "\r\n"
    dirt.encoding = "utf-8-sig"
    return wide(dirt) and bool(dirt.table.decimals)


def old_european_spreadsheet(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.decimal, dirt.terminator = ";", ",", "\r\n"
    dirt.encoding = "cp1252"
    dirt.before = ["Übersicht der Messungen", ""]
    return wide(dirt) and encodes(dirt.table, "cp1252")


def instrument(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.aligned, dirt.comment = "whitespace", True, "#"
    dirt.before = ["# station 7", "# columns are aligned"]
    dirt.header = False
    dirt.table = dirt.table.without("\n", "#")
    return wide(dirt) and dirt.table.typed


def database_dump(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.quoting, dirt.escape, dirt.quote = "\t", "none", "\\", None
    dirt.header = False
    dirt.table = dirt.table.without('"', "\n", "'")
    return wide(dirt) and dirt.table.typed and dirt.table.has("\t")


def control_characters(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.header, dirt.final = "\x01", False, False
    dirt.quoting = "none"
    dirt.table = dirt.table.without('"', "\n", "'")
    return wide(dirt) and dirt.table.typed


def report_with_everything(dirt: Dirt) -> bool:
    dirt.delimiter, dirt.quoting, dirt.terminator = ";", "text", "\r\n"
    dirt.before = ["Report 17", "", "Confidential; do not copy", ""]
    rows = len(dirt.table.rows)
    dirt.after = ["", "Total rows: see the front page"]
    dirt.first_bad, dirt.code = rows + 1, "NX301"
    return wide(dirt) and rows > 8


DELIMITERS = (
    *((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe"), (":", "colon")),
    *((" ", "space"), ("||", "two_pipes"), ("~", "tilde"), ("^", "caret")),
    *(("\x01", "start_of_heading"), ("\x1f", "unit_separator"), ("¦", "broken_bar")),
)

RECIPES: tuple[Recipe, ...] = (
    *(by(delimiter, name) for delimiter, name in DELIMITERS),
    *(by_blanks, aligned, one_column, all_quoted, text_quoted, single_quotes),
    *(single_where_needed, never_quoted, quotes_are_text, escaped_quotes),
    *(escaped_delimiters, title, preamble, long_preamble, preamble_with_delimiters),
    *(padded_preamble, remarks_on_top, remarks_between, remarks_behind, blank_lines),
    *(blank_lines_first, footer, units, no_header, bom, utf_16, utf_16_without_mark),
    *(latin_1, cp1252, carriage_returns_and_line_feeds, carriage_returns),
    *(mixed_line_ends, no_final_newline, delimiters_at_the_end),
    *(delimiters_behind_rows, too_long, too_short, long_and_short, spaces),
    *(spaces_and_quotes, decimal_commas, quoted_decimal_commas, thousands),
    *(text_behind_quotes, inches, european_spreadsheet, old_european_spreadsheet),
    *(instrument, database_dump, control_characters, report_with_everything),
)
