"""The CSV files that are timed: made from a seed, or real."""

import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import datasets
import dialects
import numpy as np

SEED = 20130101
CELLS_AT_A_TIME = 500_000
QUICK_MEGABYTES = 2
QUICK_ROWS = 2_000
WORDS = """
    alder birch cedar dogwood elm fir ginkgo hazel ironwood juniper katsura larch
    maple nutmeg oak poplar quince rowan spruce teak upas viburnum willow yew
""".split()  # noqa: SIM905
CATEGORIES = ("new", "open", "paid", "sent", "closed")

Columns = list[list[str]]


@dataclass(frozen=True)
class Workload:
    """A file and what a reader must be told about it."""

    name: str
    path: Path
    dates: tuple[str, ...] = ()
    """Columns of timestamps, for readers that do not look for them unasked."""
    missing: tuple[str, ...] = ()
    """Words for a missing cell, for readers that know none but the empty field."""
    newlines: bool = False
    """Whether fields hold line ends, for readers that are faster without."""
    usecols: tuple[str, ...] = ()
    """The columns wanted, in the order of the file; none named: all."""
    encoding: str = ""
    """That of the file if it is not UTF-8."""
    categories: tuple[str, ...] = ()
    """Columns of text to be read as categories."""
    calls: int = 0
    """How often the content is read from memory, in one process; 0: once, as a file."""
    options: dict[str, Any] = field(default_factory=dict)
    """More keywords of ours."""
    like: str = ""
    """Another file with the same values, in a dialect that every reader knows."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        for name in ("dates", "missing", "usecols", "categories"):
            values[name] = tuple(values[name])
        return cls(**{**values, "path": Path(values["path"])})


# ---- Columns as text -------------------------------------------------------


def integers(rng: np.random.Generator, low: int, high: int, rows: int) -> list[str]:
    return [str(x) for x in rng.integers(low, high, rows).tolist()]


def prices(rng: np.random.Generator, cents: int, rows: int) -> list[str]:
    return [f"{x:.2f}" for x in (rng.integers(0, cents, rows) / 100).tolist()]


def ratios(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"{x:.6f}" for x in rng.random(rows).tolist()]


def doubles(rng: np.random.Generator, rows: int) -> list[str]:
    """Shortest text that gives the double back, mostly of 16 and 17 digits."""
    return [repr(x) for x in (rng.random(rows) * 1e3).tolist()]


def words(rng: np.random.Generator, rows: int) -> list[str]:
    chosen: list[str] = rng.choice(WORDS, rows).tolist()
    return chosen


def two_word_names(rng: np.random.Generator, rows: int) -> list[str]:
    """Names of 15 bytes: two words, cut or padded with letters."""
    first = rng.choice(WORDS, rows)
    last = rng.choice(WORDS, rows)
    return [f"{a[:7]} {b}berhausen"[:15] for a, b in zip(first, last, strict=True)]


def sentences(rng: np.random.Generator, rows: int) -> list[str]:
    """Text of 195 to 390 bytes: pieces of one long row of words."""
    long = " ".join(rng.choice(WORDS, 200_000).tolist())
    lengths = rng.integers(195, 391, rows)
    begins = rng.integers(0, len(long) - 400, rows)
    # A blank at an end would be cut by some readers and kept by others.
    return [
        ("a" + long[begin + 1 : begin + length - 1] + "z")
        for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True)
    ]


# ---- Files of columns ------------------------------------------------------


def mixed(rng: np.random.Generator, rows: int) -> Columns:
    """Ten columns, about 103 bytes a row in all."""
    seconds = rng.integers(1_262_304_000, 1_767_225_600, rows)
    when = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s")
    return [
        integers(rng, 1_000_000, 10_000_000, rows),
        integers(rng, 0, 1000, rows),
        prices(rng, 1000, rows),
        ratios(rng, rows),
        two_word_names(rng, rows),
        words(rng, rows),
        rng.choice(CATEGORIES, rows).tolist(),
        [x.replace("T", " ") for x in when.tolist()],
        ["true" if x else "false" for x in (rng.random(rows) < 0.5).tolist()],
        doubles(rng, rows),
    ]


def quoted_field(text: str, kind: float) -> str:
    """Quote with a comma inside; 10 % hold a doubled quote, 2 % a line end."""
    if kind < 0.10:
        text = text.replace(" ", ' ""x"" ', 1) + '""'
    elif kind < 0.12:
        text = text + "\nnext line"
    return f'"{text}, etc"'


def quoted(rng: np.random.Generator, rows: int) -> Columns:
    columns = mixed(rng, rows)
    for i in (4, 5):  # name and word
        kinds = rng.random(rows).tolist()
        columns[i] = list(map(quoted_field, columns[i], kinds))
    return columns


def only_integers(rng: np.random.Generator, rows: int) -> Columns:
    """Up to one, two, ... nine digits, and up to nine with a sign."""
    unsigned = [integers(rng, 0, 10**digits, rows) for digits in range(1, 10)]
    return [*unsigned, integers(rng, -(10**9), 10**9, rows)]


def only_prices(rng: np.random.Generator, rows: int) -> Columns:
    return [prices(rng, 100_000, rows) for _ in range(10)]


def only_doubles(rng: np.random.Generator, rows: int) -> Columns:
    return [doubles(rng, rows) for _ in range(10)]


def long_text(rng: np.random.Generator, rows: int) -> Columns:
    return [integers(rng, 0, 100_000, rows), sentences(rng, rows)]


def many(count: int, rng: np.random.Generator, rows: int) -> Columns:
    """Short cells of five kinds in turn, of the same mean length for any count."""
    total = rows * count // 5
    kinds = (
        integers(rng, 1_000_000, 10_000_000, total),
        prices(rng, 1000, total),
        ratios(rng, total),
        integers(rng, 0, 1000, total),
        words(rng, total),
    )
    return [kinds[i % 5][i // 5 * rows :][:rows] for i in range(count)]


def eight(rng: np.random.Generator, rows: int) -> Columns:
    """About 97 bytes a row, nothing in it that some readers leave as text."""
    return [
        integers(rng, 1_000_000, 10_000_000, rows),
        prices(rng, 1000, rows),
        ratios(rng, rows),
        two_word_names(rng, rows),
        two_word_names(rng, rows),
        words(rng, rows),
        doubles(rng, rows),
        doubles(rng, rows),
    ]


@dataclass(frozen=True)
class Made:
    """A file made of random columns: so many megabytes, or so many rows."""

    header: tuple[str, ...]
    columns: Callable[[np.random.Generator, int], Columns]
    megabytes: int = 100
    rows: int = 0
    row_bytes: int = 100
    """Rather more than there are: what is missing in the end is added."""

    def write(self, path: Path, megabytes: int, rows: int) -> None:
        rng = np.random.default_rng(SEED)
        most = max(1, CELLS_AT_A_TIME // len(self.header))
        unfinished = path.with_suffix(".partial")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            written = file.write(",".join(self.header) + "\n")
            while rows > 0 or written < megabytes * 1e6:
                missing = int((megabytes * 1e6 - written) / self.row_bytes) + 1
                count = min(most, rows if rows > 0 else missing)
                columns = self.columns(rng, count)
                lines = (",".join(row) + "\n" for row in zip(*columns, strict=True))
                written += file.write("".join(lines))
                rows = max(0, rows - count)
        unfinished.rename(path)

    def file(self, name: str, megabytes: int, quick: bool) -> Path:
        """Return the file of that size, making it unless it is there."""
        rows = min(self.rows, QUICK_ROWS) if quick else self.rows
        megabytes = 0 if rows else megabytes or self.megabytes
        size = f"{rows}rows" if rows else str(megabytes)
        path = datasets.MADE / f"{name}-{size}-{SEED}.csv"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.write(path, megabytes, rows)
        return path


def numbered(count: int) -> tuple[str, ...]:
    return tuple(f"c{i}" for i in range(count))


def cells(count: int) -> Made:
    return Made(numbered(count), partial(many, count), row_bytes=7 * count)


MIXED = ("id", "count", "price", "ratio", "name", "word", "category", "when", "flag")
EIGHT = ("id", "price", "ratio", "name", "city", "word", "value", "other")
MADE = {
    "mixed": Made((*MIXED, "value"), mixed, megabytes=300),
    "quoted": Made((*MIXED, "value"), quoted, megabytes=300, row_bytes=120),
    "ints": Made(numbered(10), only_integers, row_bytes=65),
    "prices": Made(numbered(10), only_prices, row_bytes=70),
    "floats17": Made(numbered(10), only_doubles, row_bytes=190),
    "text": Made(("id", "text"), long_text, row_bytes=300),
    "10 columns": cells(10),
    "100 columns": cells(100),
    "1,000 columns": cells(1_000),
    "10,000 columns": cells(10_000),
    "small": Made(EIGHT, eight, rows=50_000),
    "tiny": Made(EIGHT, eight, rows=10),
}
TINY_CALLS = 300
GZIP_MEGABYTES = 100


def gzipped(path: Path) -> Path:
    """Return a file compressed as the command gzip does it, making it if need be."""
    packed = path.with_name(path.name + ".gz")
    if not packed.exists():
        partial = packed.with_suffix(".partial")
        with path.open("rb") as source, gzip.open(partial, "wb", 6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        partial.rename(packed)
    return packed


def in_latin1(path: Path) -> Path:
    """Return a file of the same size in latin-1, with an umlaut in some words."""
    made = path.with_name("latin1-" + path.name)
    if not made.exists():
        partial = made.with_suffix(".partial")
        with path.open("rb") as source, partial.open("wb") as target:
            for line in source:
                target.write(line.replace(b"la", b"l\xe4").replace(b"op", b"\xf6p"))
        partial.rename(made)
    return made


def in_dialect(label: str, quick: bool) -> Path:
    """Return the file in one of the dialects, making it unless it is there."""
    rows = QUICK_ROWS if quick else dialects.ROWS
    number = list(dialects.DIALECTS).index(label)
    path = datasets.MADE / f"dialect{number}-{rows}rows-{SEED}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(SEED)
        dialects.write(path, label, rows, lambda count: mixed(rng, count))
    return path


def find(name: str, megabytes: int = 0, quick: bool = False) -> Workload:
    """Return the workload of that name, making its file if need be.

    The size is for files that are not made of so many rows; 0 is the file's own.
    """
    if quick:
        megabytes = QUICK_MEGABYTES
    if name == "flights":
        path = datasets.flights_slice() if quick else datasets.flights_full()
        return Workload(name, path, ("time_hour",), ("NA",))
    if name == "two_of_ten":
        whole = find("mixed", megabytes, quick)
        return replace(whole, name=name, usecols=("id", "count"), dates=())
    if name == "gzip":
        whole = find("mixed", megabytes or GZIP_MEGABYTES, quick)
        return replace(whole, name=name, path=gzipped(whole.path))
    if name == "latin-1":
        whole = find("mixed", megabytes or GZIP_MEGABYTES, quick)
        path = in_latin1(whole.path)
        return replace(whole, name=name, path=path, encoding="latin-1")
    if name == "categories":
        whole = find("mixed", megabytes or GZIP_MEGABYTES, quick)
        return replace(whole, name=name, categories=("word", "category"))
    if name in dialects.DIALECTS:
        path, plain = in_dialect(name, quick), in_dialect(dialects.PLAIN, quick)
        dates = ("when",) if name == dialects.PLAIN else ()
        options = dialects.DIALECTS[name].options
        like = "" if name == dialects.PLAIN else str(plain)
        return Workload(name, path, dates, options=options, like=like)
    path = MADE[name].file(name.replace(" ", "-").replace(",", ""), megabytes, quick)
    return Workload(
        name,
        path,
        dates=("when",) if "when" in MADE[name].header else (),
        newlines=name == "quoted",
        calls=TINY_CALLS if name == "tiny" else 0,
    )
