"""The CSV files that are timed: made from a seed, or real."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import datasets
import numpy as np

SEED = 20130101
ROWS_AT_A_TIME = 50_000
WORDS = """
    alder birch cedar dogwood elm fir ginkgo hazel ironwood juniper katsura larch
    maple nutmeg oak poplar quince rowan spruce teak upas viburnum willow yew
""".split()  # noqa: SIM905
CATEGORIES = ("new", "open", "paid", "sent", "closed")
HEADER = "id,count,price,ratio,name,word,category,when,flag,value\n"


@dataclass(frozen=True)
class Workload:
    """A file and what a reader must be told about it."""

    name: str
    path: Path
    dates: tuple[str, ...]
    """Columns of timestamps, for readers that do not look for them unasked."""
    missing: tuple[str, ...] = ()
    """Words for a missing cell, for readers that know none but the empty field."""
    newlines: bool = False
    """Whether fields hold line ends, for readers that are faster without."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        name, path, dates, missing, newlines = json.loads(text).values()
        return cls(name, Path(path), tuple(dates), tuple(missing), newlines)


def two_word_name(rng: np.random.Generator, rows: int) -> list[str]:
    """Names of 15 bytes: two words, cut or padded with letters."""
    first = rng.choice(WORDS, rows)
    last = rng.choice(WORDS, rows)
    return [f"{a[:7]} {b}berhausen"[:15] for a, b in zip(first, last, strict=True)]


def mixed_columns(rng: np.random.Generator, rows: int) -> list[list[str]]:
    """Return the ten columns of `mixed` as text, about 103 bytes a row in all."""
    seconds = rng.integers(1_262_304_000, 1_767_225_600, rows)
    when = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s")
    return [
        [str(x) for x in rng.integers(1_000_000, 10_000_000, rows).tolist()],
        [str(x) for x in rng.integers(0, 1000, rows).tolist()],
        [f"{x:.2f}" for x in (rng.integers(0, 1000, rows) / 100).tolist()],
        [f"{x:.6f}" for x in rng.random(rows).tolist()],
        two_word_name(rng, rows),
        rng.choice(WORDS, rows).tolist(),
        rng.choice(CATEGORIES, rows).tolist(),
        [x.replace("T", " ") for x in when.tolist()],
        ["true" if x else "false" for x in (rng.random(rows) < 0.5).tolist()],
        [repr(x) for x in (rng.random(rows) * 1e3).tolist()],
    ]


def mixed_rows(rng: np.random.Generator, rows: int) -> str:
    columns = mixed_columns(rng, rows)
    return "".join(",".join(row) + "\n" for row in zip(*columns, strict=True))


def quoted_field(text: str, kind: float) -> str:
    """Quote with a comma inside; 10 % hold a doubled quote, 2 % a line end."""
    if kind < 0.10:
        text = text.replace(" ", ' ""x"" ', 1) + '""'
    elif kind < 0.12:
        text = text + "\nnext line"
    return f'"{text}, etc"'


def quoted_rows(rng: np.random.Generator, rows: int) -> str:
    columns = mixed_columns(rng, rows)
    for i in (4, 5):  # name and word
        kinds = rng.random(rows).tolist()
        columns[i] = list(map(quoted_field, columns[i], kinds))
    return "".join(",".join(row) + "\n" for row in zip(*columns, strict=True))


def made(
    name: str, megabytes: int, rows: Callable[[np.random.Generator, int], str]
) -> Workload:
    """Write HEADER and rows to a file of about that size, unless it is there."""
    path = datasets.MADE / f"{name}-{megabytes}-{SEED}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(SEED)
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8", newline="") as file:
            written = file.write(HEADER)
            bytes_per_row = 100
            while written < megabytes * 1e6:
                left = int((megabytes * 1e6 - written) / bytes_per_row) + 1
                written += file.write(rows(rng, min(ROWS_AT_A_TIME, left)))
        partial.rename(path)
    return Workload(name, path, ("when",), newlines=rows is quoted_rows)


def find(name: str, megabytes: int) -> Workload:
    """Return the workload of that name, making its file if need be."""
    if name == "flights":
        return Workload(name, datasets.flights_full(), ("time_hour",), ("NA",))
    return made(name, megabytes, {"mixed": mixed_rows, "quoted": quoted_rows}[name])


NAMES = ("mixed", "quoted", "flights")
