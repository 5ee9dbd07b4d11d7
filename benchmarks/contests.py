"""Calls that do the same, timed in turn in one process.

A module of rows has a list `ROWS`: `text_*.py` for `./dev bench text`, `arrays_*.py`
for `./dev bench arrays`. The results of a row are compared before anything is timed, on
one thread unless the row says otherwise, and the median of the runs counts.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy_ext as npx

__all__ = ["Contest", "Row", "figures", "print_figures"]


@dataclass(frozen=True)
class Contest:
    """Calls that do the same, by name; the first is ours."""

    items: int
    calls: dict[str, Callable[[], Any]]
    plain: Callable[[Any], object]
    """Turns a result into something that `==` compares."""
    unlike: frozenset[str] = frozenset()
    """Calls whose results are of another kind, and are not compared."""


@dataclass(frozen=True)
class Row:
    name: str
    what: str
    make: Callable[[int], Contest]
    items: int
    bars: dict[str, float] = field(default_factory=dict)
    """How many times as long as ours the others must take, by name."""
    threads: int = 1
    repeats: int = 1
    """Calls in a sample: more than one for those that take microseconds."""


def refuse_wrong_results(row: Row, contest: Contest) -> None:
    ours, *others = contest.calls
    expected = contest.plain(contest.calls[ours]())
    for name in others:
        if name in contest.unlike:
            continue
        if contest.plain(contest.calls[name]()) != expected:
            raise SystemExit(f"{row.name}: nothing is timed, {ours} and {name} differ")


def sample(call: Callable[[], Any], repeats: int) -> float:
    """Return the seconds of one call."""
    gc.collect()
    if repeats == 1:
        begin = time.perf_counter()
        made = call()  # not released before the clock stops
        seconds = time.perf_counter() - begin
        del made
        return seconds
    begin = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - begin) / repeats


def figures(row: Row, runs: int, quick: bool) -> dict[str, Any]:
    with npx.num_threads(row.threads):
        contest = row.make(max(1, row.items // 100) if quick else row.items)
        refuse_wrong_results(row, contest)
        samples: dict[str, list[float]] = {name: [] for name in contest.calls}
        for _ in range(runs):
            for name, call in contest.calls.items():
                samples[name].append(sample(call, 1 if quick else row.repeats))
    return {
        "row": row.name,
        "what": row.what,
        "threads": row.threads,
        "items": contest.items,
        "calls": [
            {
                "name": name,
                "ns_median": statistics.median(seconds) / contest.items * 1e9,
                "ns_best": min(seconds) / contest.items * 1e9,
                "bar": row.bars.get(name),
            }
            for name, seconds in samples.items()
        ],
    }


def print_figures(row: dict[str, Any]) -> None:
    ours = row["calls"][0]["ns_median"]
    print(f"\n{row['row']}: {row['what']}")
    print(f"{'':<28}{'ns an item':>12}{'[best]':>12}{'ratio':>8}{'bar':>6}")
    for call in row["calls"]:
        best, bar = f"[{call['ns_best']:.2f}]", call["bar"] or "-"
        ratio = call["ns_median"] / ours
        print(
            f"{call['name']:<28}{call['ns_median']:>12.2f}{best:>12}{ratio:>8.2f}{bar:>6}"
        )
