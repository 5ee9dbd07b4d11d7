"""What is timed together: rows of contenders that take turns.

The first contender of a row is the one the others are compared with.
"""

from dataclasses import dataclass

from dialects import DIALECTS

OURS = "numpy_ext"
OURS_ONE_THREAD = f"{OURS}, 1 thread"
OURS_ALL_COLUMNS = f"{OURS}, all columns"
OURS_ZLIB = f"{OURS}, zlib"
TYPED = ("pandas", "polars", "pyarrow", "duckdb")
DATED = ("pandas", "pandas+dates", "polars", "polars+dates", "pyarrow", "duckdb")
ARRAYS = ("pandas", "pandas+dates", "polars", "polars+dates", "pyarrow")


@dataclass(frozen=True)
class Contender:
    label: str
    """Its name in the row."""
    reader: str
    workload: str
    threads: int
    to_numpy: bool = False
    """Whether the clock runs until every column is a NumPy array."""


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    contenders: tuple[Contender, ...]
    more_runs: int = 1
    """Short reads are noisy and cheap: so many times the runs asked for."""


def plural(threads: int) -> str:
    return f"{threads} thread{'s' * (threads > 1)}"


def beside(
    name: str,
    workload: str,
    threads: int,
    peers: tuple[str, ...],
    what: str,
    more_runs: int = 1,
) -> Row:
    """Return a row of numpy_ext and peers, all with as many threads."""
    contenders = [Contender(r, r, workload, threads) for r in (OURS, *peers)]
    if threads > 1:
        alone = Contender(OURS_ONE_THREAD, OURS, workload, 1)
        contenders.insert(1, alone)
    title = f"{what}, {plural(threads)}"
    return Row(name, title, tuple(contenders), more_runs)


def arrays(threads: int) -> Row:
    return Row(
        f"mixed-numpy-{threads}",
        f"mixed, every column as ndarray, {plural(threads)}",
        tuple(
            Contender(r, r, "mixed", threads, to_numpy=True) for r in (OURS, *ARRAYS)
        ),
    )


def two_of_ten() -> Row:
    whole = Contender(OURS_ALL_COLUMNS, OURS, "mixed", 1)
    ours, *peers = (Contender(r, r, "two_of_ten", 1) for r in (OURS, *TYPED))
    return Row("two_of_ten-1", "mixed, 2 of 10 columns, 1 thread",
               (ours, whole, *peers))  # fmt: skip


def cells() -> Row:
    counts = ("10", "100", "1,000", "10,000")
    return Row(
        "cells",
        "time a cell, 1 thread",
        tuple(Contender(f"{n} columns", OURS, f"{n} columns", 1) for n in counts),
    )


def dialects(threads: int) -> Row:
    return Row(
        f"dialects-{threads}",
        f"one table in many dialects, {plural(threads)}",
        tuple(Contender(label, OURS, label, threads) for label in DIALECTS),
    )


WHAT_SMALL = "50,000 rows of 8 columns"
CATEGORIES = "mixed, two columns of text as categories"
SMALL = (*TYPED, "csv", "csv.DictReader")
ROWS = {
    row.name: row
    for row in (
        beside("mixed-1", "mixed", 1, DATED, "mixed"),
        beside("mixed-2", "mixed", 2, DATED, "mixed"),
        beside("quoted-1", "quoted", 1, ("pandas", "pandas+dates", "polars", "pyarrow"),
               "quoted"),
        beside("quoted-2", "quoted", 2, ("pandas", "polars", "pyarrow"), "quoted"),
        beside("ints-1", "ints", 1, TYPED, "integers only"),
        beside("prices-1", "prices", 1, TYPED, "prices only"),
        beside("floats17-1", "floats17", 1, TYPED, "17-digit floats only"),
        beside("text-1", "text", 1, TYPED, "long text"),
        beside("wide-1", "1,000 columns", 1, TYPED, "1,000 columns"),
        cells(),
        arrays(1),
        arrays(2),
        beside("small-1", "small", 1, SMALL, WHAT_SMALL, more_runs=3),
        beside("small-2", "small", 2, TYPED, WHAT_SMALL, more_runs=3),
        beside("tiny-1", "tiny", 1, ("pandas", "polars", "pyarrow", "csv"),
               "10 rows from bytes"),
        two_of_ten(),
        beside("gzip-1", "gzip", 1, (OURS_ZLIB, *TYPED), "mixed, as a file of gzip"),
        beside("gzip-2", "gzip", 2, (OURS_ZLIB, *TYPED), "mixed, as a file of gzip"),
        beside("latin-1", "latin-1", 1, ("pandas", "polars"), "mixed, in latin-1"),
        beside("latin-2", "latin-1", 2, ("pandas", "polars"), "mixed, in latin-1"),
        beside("categories-1", "categories", 1, ("pandas", "polars"), CATEGORIES),
        beside("categories-2", "categories", 2, ("pandas", "polars"), CATEGORIES),
        dialects(1),
        dialects(2),
        beside("flights-1", "flights", 1, (*DATED, "csv"), "flights"),
        beside("flights-2", "flights", 2, (*DATED, "csv"), "flights"),
    )
}  # fmt: skip
