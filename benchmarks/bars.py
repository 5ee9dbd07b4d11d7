"""The bars that the CSV reader is held to, and whether the measured figures meet them.

`python bars.py` prints them from results/csv.json. Every figure is a ratio of times of
one row, whose contenders took turns, or a difference of sizes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dialects import DIALECTS, PLAIN
from results import Report, entries, load
from rows import OURS, OURS_ALL_COLUMNS, OURS_ONE_THREAD, ROWS, TYPED, plural

MAY_BE_HELD_MIB = 64

Measured: TypeAlias = tuple[float, str] | None
"""A value and what decided it; None if some of it was not measured."""


@dataclass(frozen=True)
class Bar:
    name: str
    formed: str
    """How the figure is formed, for people."""
    measure: Callable[[Report], Measured]
    wanted: float
    at_most: bool = False
    unit: str = "x"

    def met(self, value: float) -> bool:
        return value <= self.wanted if self.at_most else value >= self.wanted


def best_of(row: str, peers: Sequence[str]) -> Callable[[Report], Measured]:
    """Return how often our time goes into that of the fastest of these peers.

    All of them must have been measured, for the one that was not may be the fastest.
    """

    def measure(report: Report) -> Measured:
        found = entries(report, row)
        if OURS not in found or any(peer not in found for peer in peers):
            return None
        best = min(peers, key=lambda peer: float(found[peer]["seconds_median"]))
        ours = found[OURS]["seconds_median"]
        quiet = all(found[name]["quiet"] for name in (OURS, *peers))
        note = "" if quiet else ", on a busy machine"
        return found[best]["seconds_median"] / ours, best + note

    return measure


def peers_of(row: str) -> tuple[str, ...]:
    labels = (contender.label for contender in ROWS[row].contenders)
    return tuple(label for label in labels if not label.startswith(OURS))


def faster(name: str, wanted: float, row: str, *peers: str) -> Bar:
    """Return the bar against the fastest of some peers; none named: of all."""
    named = peers or peers_of(row)
    whose = named[0] if len(named) == 1 else f"the fastest of {', '.join(named)}"
    formed = f"`{row}`: {whose} / {OURS}"
    return Bar(name, formed, best_of(row, named), wanted)


def cell_spread(report: Report) -> Measured:
    found = entries(report, "cells")
    if len(found) < len(ROWS["cells"].contenders):
        return None
    each = {n: entry["seconds_median"] / entry["cells"] for n, entry in found.items()}
    worst, best = max(each, key=each.__getitem__), min(each, key=each.__getitem__)
    return each[worst] / each[best], f"{worst} against {best}"


def dialect_costs(row: str) -> Callable[[Report], Measured]:
    """Return the longest time of a dialect over that of the plain one, and whose."""

    def measure(report: Report) -> Measured:
        found = entries(report, row)
        if len(found) < len(DIALECTS):
            return None
        seconds = {name: entry["seconds_median"] for name, entry in found.items()}
        worst = max(seconds, key=seconds.__getitem__)
        return seconds[worst] / seconds[PLAIN], worst

    return measure


def memory_held(rows: Sequence[str]) -> Callable[[Report], Measured]:
    """Return what was held at most beyond the outputs, and in which row."""

    def measure(report: Report) -> Measured:
        held = []
        for row in rows:
            entry = entries(report, row).get(OURS, {})
            if "output_mib" not in entry:
                return None
            held.append((entry["peak_mib_median"] - entry["output_mib"], row))
        return max(held)

    return measure


HELD = ("mixed-1", "mixed-2", "quoted-1", "quoted-2", "ints-1", "prices-1",
        "floats17-1", "text-1", "wide-1", "flights-1", "flights-2")  # fmt: skip
BARS = (
    faster("mixed, 1 thread", 4.0, "mixed-1", "pandas+dates"),
    faster("mixed, 1 thread", 12.0, "mixed-1", "polars+dates"),
    faster("mixed, 2 threads, our gain", 1.75, "mixed-2", OURS_ONE_THREAD),
    faster("mixed, 2 threads, dates left as text", 3.5, "mixed-2", "pandas", "polars"),
    faster("quoted, 1 thread", 4.0, "quoted-1", "pandas+dates"),
    faster("quoted, 2 threads, dates left as text", 3.0, "quoted-2", "polars"),
    faster("integers only", 5.0, "ints-1"),
    faster("prices only", 4.0, "prices-1"),
    faster("17-digit floats only", 2.2, "floats17-1"),
    faster("long text", 1.7, "text-1"),
    faster("1,000 columns", 4.0, "wide-1"),
    Bar("time a cell, 10 to 10,000 columns", "`cells`: slowest / fastest",
        cell_spread, 2.0, at_most=True),
    faster("every column as ndarray, 1 thread", 7.0, "mixed-numpy-1"),
    faster("every column as ndarray, 2 threads", 7.0, "mixed-numpy-2"),
    faster("50,000 rows, 1 thread", 4.0, "small-1", *TYPED),
    faster("50,000 rows, 2 threads", 6.0, "small-2"),
    faster("50,000 rows, 1 thread", 50.0, "small-1", "csv.DictReader"),
    faster("10 rows from bytes", 10.0, "tiny-1", "pandas"),
    faster("2 of 10 columns", 2.2, "two_of_ten-1", OURS_ALL_COLUMNS),
    faster("a file of gzip, 1 thread", 3.0, "gzip-1", "pandas"),
    faster("a file of gzip, 2 threads", 3.0, "gzip-2", "pandas"),
    *(
        Bar(f"a dialect, {plural(n)}", f"`dialects-{n}`: slowest / {PLAIN}",
            dialect_costs(f"dialects-{n}"), 3.0, at_most=True)
        for n in (1, 2)
    ),
    Bar("memory held beyond the outputs", "the most of peak - outputs in all big rows",
        memory_held(HELD), MAY_BE_HELD_MIB, at_most=True, unit=" MiB"),
)  # fmt: skip


def lines(report: Report) -> list[tuple[str, ...]]:
    """Return a line of text cells for each bar: name, formed, wanted, measured, met."""
    found: list[tuple[str, ...]] = []
    for bar in BARS:
        wanted = f"{'<=' if bar.at_most else '>='} {bar.wanted:g}{bar.unit}"
        measured, met = "not measured", ""
        if (result := bar.measure(report)) is not None:
            value, whose = result
            measured = f"{value:.{0 if bar.unit != 'x' else 2}f}{bar.unit} ({whose})"
            met = "yes" if bar.met(value) else "no"
        found.append((bar.name, bar.formed, wanted, measured, met))
    return found


def text_table(report: Report) -> str:
    head = ("bar", "formed from", "wanted", "measured", "met")
    rows = [(name, wanted, measured, met) for name, _, wanted, measured, met in
            [head, *lines(report)]]  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


if __name__ == "__main__":
    print(text_table(load()))
