"""Any options of `read_csv` that go together, and files that mostly suit them."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st
from packing import zipped

NAMES = ("a", "b", "c", "d", "e")
LAYOUTS = {"%d/%m/%Y": "31/01/2026", "%b %d %Y %H:%M": "Jan 31 2026 06:30"}
ENDS = ("\n", "\n", "\n", "\r\n", "\r")


@dataclass
class Drawing:
    """What is known while options are drawn: the shape of the file, options so far."""

    draw: Callable[[st.SearchStrategy], Any]
    width: int
    chosen: set[str]
    options: dict[str, Any] = field(default_factory=dict)

    def one_of(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def whole(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def keys(self) -> tuple:
        """Return the positions of columns, or their names if these are known."""
        names: tuple = self.options.get("names", ())
        if not names and self.options.get("header", True):
            several = self.options.get("header_rows", 1) > 1
            names = () if several else NAMES[: self.width]
        return self.one_of(tuple(range(self.width)), names or (0,))

    def by_column(self, *values: Any, always: bool = False) -> Any:
        """Return one value for all columns, or a mapping of some."""
        if not always and self.draw(st.booleans()):
            return self.one_of(*values)
        keys = self.draw(st.sets(st.sampled_from((*self.keys(), ...)), max_size=2))
        return {key: self.one_of(*values) for key in sorted(keys, key=str)}


# ---- Functions that a user may pass ----------------------------------------


def upper(cells):
    return np.strings.upper(cells)


def lengths(cells):
    return np.strings.str_len(cells)


def some_missing(cells):
    return np.ma.MaskedArray(lengths(cells), cells == "")


def no_ones(cells):
    if (cells == "1").any():
        raise ValueError("a one")
    return [None if cell == "" else cell for cell in cells.tolist()]


def is_known(name):
    return name in ("a", "b", "d", "f0", "f2", "y")


def third_lines(number):
    return number % 3 == 1


def not_the_start(number):
    return number in (4, 5, 9)


# ---- One strategy for each keyword -----------------------------------------


def names(d: Drawing) -> tuple:
    return ("x", "y", "z", "é", "")[: d.width]


def header(d: Drawing) -> bool:
    return "header_rows" in d.chosen or d.draw(st.booleans())


def usecols(d: Drawing) -> Any:
    kind = d.whole(0, 3)
    if kind == 0:
        return d.draw(st.lists(st.sampled_from(d.keys()), unique=True, max_size=3))
    if kind == 1:
        return slice(d.one_of(None, 0, 1, -2), d.one_of(None, 2, -1), d.one_of(None, 2))
    return range(d.whole(0, d.width)) if kind == 2 else is_known


def dtype(d: Drawing) -> Any:
    kinds = ("int64", "float64", str, "datetime64[s]", "bool", "int8", "uint64")
    more = ("float32", "float16", "S", "U", "S3", "U2", object, "datetime64[ns]", None)
    return d.by_column(*kinds, *more, always=True)


def skiprows(d: Drawing) -> Any:
    kind = d.whole(0, 3)
    if kind == 0:
        return d.whole(0, 3)
    if kind == 1:
        return d.draw(st.lists(st.integers(0, 12), max_size=4))
    return third_lines if kind == 2 else not_the_start


def na_values(d: Drawing) -> Any:
    return d.by_column("-", "1", ["x y", "n/k"], (), None)


def converters(d: Drawing) -> Any:
    functions = (upper, lengths, some_missing, no_ones)
    return {key: d.one_of(*functions) for key in d.draw(one_key(d))}


def one_key(d: Drawing) -> st.SearchStrategy:
    return st.sets(st.sampled_from(d.keys()), min_size=1, max_size=1)


def encoding(d: Drawing) -> str:
    single = ("latin-1", "cp1252", "cp1250", "ascii", "koi8-r", "cp037")
    return d.one_of("utf-8", *single, "utf-16", "utf-32-be", "shift_jis", "gb18030")


STRATEGIES: dict[str, Callable[[Drawing], Any]] = {
    # What is above others is known when they are drawn.
    "delimiter": lambda d: d.one_of(
        *(";", "\t", "|", "||", " ", "§", ", ", "ab", "whitespace", "auto")
    ),
    "quotechar": lambda d: d.one_of("'", None, "$", "`"),
    "escapechar": lambda d: d.one_of("\\", "~", "%"),
    "doublequote": lambda d: d.draw(st.booleans()),
    "quoting": lambda d: d.one_of("standard", "strict", "lenient", "none"),
    "lineterminator": lambda d: d.one_of("\n", "@", "@@", "\r\n", "\u2028"),
    "comment": lambda d: d.one_of("#", "//", "!", "é"),
    "header": header,
    "header_rows": lambda d: d.whole(1, 3),
    "names": names,
    "usecols": usecols,
    "dates": lambda d: d.by_column(*LAYOUTS, None, always=True),
    "dtype": dtype,
    "na_values": na_values,
    "keep_default_na": lambda d: d.draw(st.booleans()),
    "true_values": lambda d: d.one_of("yes", ("yes", "1"), None),
    "false_values": lambda d: d.one_of("no", ("no", "0"), None),
    "missing": lambda d: d.by_column("auto", "masked", "nan", "raise"),
    "strings": lambda d: d.by_column(
        "stringdtype", "fixed", "bytes", "object", "category", "category"
    ),
    "converters": converters,
    "decimal": lambda d: d.one_of(".", ","),
    "thousands": lambda d: d.one_of(",", ".", " ", "'", "_", "\u2019", "\xa0"),
    "skiprows": skiprows,
    "skipfooter": lambda d: d.whole(0, 4),
    "nrows": lambda d: d.whole(0, 12),
    "skip_blank_lines": lambda d: d.one_of(True, False, "auto"),
    "strip": lambda d: d.draw(st.booleans()),
    "leading_zeros": lambda d: d.by_column("int", "string"),
    "ragged": lambda d: d.one_of("raise", "pad", "truncate", "both"),
    # "log" and "stop" stand for callables, of which each read gets its own.
    "on_error": lambda d: d.one_of("skip", "collect", "collect", "log", "stop"),
    "max_errors": lambda d: d.whole(0, 6),
    "encoding": encoding,
    "encoding_errors": lambda d: d.one_of("strict", "replace", "backslashreplace"),
    "compression": lambda d: d.one_of("infer", "gzip", "bz2", "xz", "zip", None),
    "max_decompressed": lambda d: d.one_of(1 << 20, 1 << 20, 60),
    "glob": lambda d: d.draw(st.booleans()),
    "filename_column": lambda d: d.one_of("file", "file", "file", "a"),
    "union_by_name": lambda d: d.draw(st.booleans()),
    "threads": lambda d: d.one_of(1, 2, 8),
    "progress": lambda d: d.one_of(False, "auto", "count"),
}

# What makes no sense alone.
NEEDS = {"max_errors": "on_error"}


def drawn_options(draw: Any, width: int, always: str | None) -> dict[str, Any]:
    """Draw some of the options, none of which excludes another one."""
    chosen = draw(st.sets(st.sampled_from(list(STRATEGIES)), max_size=12))
    chosen |= set() if always is None else {always}
    chosen |= {NEEDS[name] for name in chosen if name in NEEDS}
    drawing = Drawing(draw, width, chosen)
    for name, strategy in STRATEGIES.items():
        if name in chosen:
            drawing.options[name] = strategy(drawing)
    return without_contradictions(drawing.options)


def without_contradictions(options: dict[str, Any]) -> dict[str, Any]:
    """Return options without those that are refused beside another one."""
    get = options.get
    if get("thousands") == get("decimal", "."):
        del options["thousands"]
    if get("escapechar") is not None and get("escapechar") == get("quotechar"):
        del options["escapechar"]
    if get("comment") == "é" and get("encoding") in ("ascii", "koi8-r", "shift_jis"):
        del options["comment"]
    if "converters" in options:
        for name in ("dtype", "dates", "na_values", "missing", "strings"):
            if isinstance(get(name), dict):
                del options[name]
        if isinstance(get("leading_zeros"), dict):
            del options["leading_zeros"]
    return options


# ---- Files -----------------------------------------------------------------

WORDS = (
    "Oslo",
    "x y",
    "é",
    "NA",
    "n/k",
    "-",
    "yes",
    "no",
    " pad ",
    "",
    "",
    "a1",
    "0x1",
)
ODD = (
    'say "hi"',
    "two\nlines",
    "a,b;c|d",
    "# no",
    "it's",
    "~\\",
    "\r",
    "\t",
    "ab",
    "@",
)
INTEGERS = ("1", "2", "-3", "44", "0", "1", "1234567", "9223372036854775808", "007")
DECIMALS = ("1.5", "-2.25", "3", "1e3", "nan", ".5", "1e400", "1234.5")
TIMES = ("2026-01-31", "2026-02-01 06:30", "2026-01-31T06:30:00.5", "1600-01-01")
ZONED = ("2026-01-31 06:30Z", "2026-01-31 06:30:00.25+02:00")
BOOLS = ("true", "False", "yes", "no", "true", "false")


def number(text: str, options: dict[str, Any]) -> str:
    """Return a number as the options want it to be written."""
    thousands, decimal = options.get("thousands"), options.get("decimal", ".")
    whole, point, fraction = text.partition(".")
    if thousands and whole.isdigit() and len(whole) > 3 and whole[0] != "0":
        whole = f"{int(whole):,}".replace(",", thousands)
    return whole + point.replace(".", decimal) + fraction


def cells_of(kind: int, options: dict[str, Any]) -> tuple[str, ...]:
    """Return what the cells of a column of some kind are drawn from."""
    if kind <= 1:
        texts = INTEGERS if kind == 0 else (*INTEGERS, *DECIMALS)
        return tuple(number(text, options) for text in texts)
    several = (TIMES, ZONED, tuple(LAYOUTS.values()), BOOLS, WORDS, (*WORDS, *ODD))
    return several[kind - 2]


@dataclass
class Writing:
    """How cells become a text under some options."""

    options: dict[str, Any]
    end: str

    def __post_init__(self) -> None:
        get = self.options.get
        self.delimiter = get("delimiter", ",")
        self.delimiter = {"whitespace": "  ", "auto": ";"}.get(
            self.delimiter, self.delimiter
        )
        self.quote = None if get("quoting") == "none" else get("quotechar", '"')
        special = (self.delimiter[0], "\n", "\r", self.quote, get("comment"), self.end)
        self.special = tuple(text for text in special if text)
        self.blanks = get("delimiter") == "whitespace"

    def cell(self, text: str, quoted: bool) -> str:
        """Return a cell with the quotes or escapes that it needs, if there are any."""
        needs = any(one in text for one in self.special)
        needs |= self.blanks and (not text or " " in text or "\t" in text)
        if self.quote and (quoted or needs):
            doubled = text.replace(self.quote, self.quote * 2)
            return f"{self.quote}{doubled}{self.quote}"
        escape = self.options.get("escapechar")
        if needs and escape:
            return "".join(
                escape + c if c in "".join(self.special) else c for c in text
            )
        return "word" if needs else text

    def record(self, cells: list[str]) -> str:
        return self.delimiter.join(cells) + self.end


def drawn_text(draw: Any, width: int, options: dict[str, Any], shuffled: bool) -> str:
    """Draw the text of a file, which is broken now and then."""
    end = options.get("lineterminator") or draw(st.sampled_from(ENDS))
    writing = Writing(options, end)
    kinds = draw(st.lists(st.integers(0, 7), min_size=width, max_size=width))
    broken = draw(st.sampled_from((0, 0, 0, 1, 3)))
    lines = [junk + end for junk in drawn_junk(draw, options)]
    if options.get("header", True):
        names = list(NAMES[:width])
        if shuffled:
            names = draw(st.permutations(names))
        rows = options.get("header_rows", 1)
        lines += [writing.record([f"{n}{i or ''}" for n in names]) for i in range(rows)]
    for _ in range(draw(st.sampled_from((*range(16), *range(8, 16))))):
        lines.append(drawn_line(draw, writing, kinds, broken))
    text = "".join(lines)
    return text.removesuffix(end) if draw(st.booleans()) else text


def drawn_junk(draw: Any, options: dict[str, Any]) -> list[str]:
    """Draw lines that skiprows leaves out at the start."""
    skipped = options.get("skiprows", 0)
    count = skipped if isinstance(skipped, int) else 0
    return [
        draw(st.sampled_from(("made by hand", '"', "", "x,y"))) for _ in range(count)
    ]


def drawn_line(draw: Any, writing: Writing, kinds: list[int], broken: int) -> str:
    """Draw a record, or what is none."""
    kind = draw(st.integers(0, 15))
    comment = writing.options.get("comment")
    if kind == 0:
        return writing.end
    if kind == 1 and comment:
        return f'{comment} note, "{writing.end}'
    cells = []
    for one in kinds:
        choice = draw(st.integers(0, 9))
        texts = cells_of(one, writing.options) if choice else (*WORDS, *ODD, "1", "2.5")
        text = draw(st.sampled_from(texts))
        cells.append(writing.cell(text, quoted=choice == 1))
    if draw(st.integers(0, 9)) < broken:
        broken_cells(draw, writing, cells)
    record = writing.record(cells)
    if comment and kind == 2:
        return f"{record.removesuffix(writing.end)}{comment} note{writing.end}"
    return record


def broken_cells(draw: Any, writing: Writing, cells: list[str]) -> None:
    """Do something to a record that is an error under most options."""
    quote = writing.quote or '"'
    at = draw(st.integers(0, len(cells) - 1))
    what = draw(st.integers(0, 6))
    if what <= 1:
        cells.append(draw(st.sampled_from(("", "7", "more"))))
    elif what <= 3 and len(cells) > 1:
        del cells[at]
    elif what == 4:
        cells[at] = f"{quote}a{quote}b"
    elif what == 5:
        cells[at] = f"c{quote}d"
    else:
        cells[at] = draw(
            st.sampled_from((f"{quote}open", "\0", "?", "18446744073709551616"))
        )


def encoded(draw: Any, text: str, options: dict[str, Any]) -> bytes:
    """Return a text in its encoding, with a byte too many now and then."""
    data = text.encode(options.get("encoding", "utf-8"), "replace")
    if draw(st.integers(0, 19)) == 0:
        at = draw(st.integers(0, len(data)))
        data = (
            data[:at] + draw(st.sampled_from((b"\xff", b"\x81", b"\xc3"))) + data[at:]
        )
    return data


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": lambda data: zipped(("file.csv", data)),
}
MAGIC_BYTES = 10
"""So many bytes tell the format; a file of less is not what its name says."""
SUFFIXES = {"gzip": ".gz", "bz2": ".bz2", "xz": ".xz", "zip": ".zip"}


def packed(draw: Any, data: bytes, options: dict[str, Any]) -> tuple[bytes, str]:
    """Return content as the options want it, cut off now and then, and its suffix."""
    name = options.get("compression")
    if name == "infer":
        name = draw(st.sampled_from(list(PACKERS)))
    if name is None:
        return data, ".csv"
    data = PACKERS[name](data)
    if draw(st.integers(0, 9)) == 0:
        data = data[: draw(st.integers(MAGIC_BYTES, len(data)))]
    return data, ".csv" + SUFFIXES[name]


@dataclass(frozen=True)
class Case:
    """Options, and the files to read by them."""

    options: dict[str, Any]
    files: tuple[bytes, ...]
    texts: tuple[bytes, ...]
    """The files before they were compressed."""
    suffix: str


@st.composite
def cases(draw, always: str | None = None) -> Case:
    """Draw options that go together, and one file or several that mostly suit them.

    One option may be said that is always among them.
    """
    width = draw(st.integers(1, 5))
    options = drawn_options(draw, width, always)
    many = {"glob", "filename_column", "union_by_name"} & set(options)
    count = draw(st.integers(1, 3)) if many else 1
    texts, files, suffix = [], [], ".csv"
    for _ in range(count):
        text = drawn_text(draw, width, options, options.get("union_by_name", False))
        texts.append(encoded(draw, text, options))
        data, suffix = packed(draw, texts[-1], options)
        files.append(data)
    return Case(options, tuple(files), tuple(texts), suffix)
