"""Times calls over whole arrays beside the loops they replace: `./dev bench text`.

Results are compared first. The contenders of a row take turns in one process, on one
thread unless the row says otherwise, and the median of the runs counts.
"""

import argparse
import datetime
import gc
import hashlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import metadata
from typing import Any

import numpy as np
import results
from bench_csv import machine, refuse_slow_builds, warm_memory

import numpy_ext as npx

RESULTS = results.HERE / "results" / "text.json"
SCRATCH = results.HERE.parent / "build" / "bench" / "text.json"
RUNS = 15


@dataclass(frozen=True)
class Contest:
    """Calls that do the same, by name; the first is ours."""

    items: int
    calls: dict[str, Callable[[], Any]]
    plain: Callable[[Any], object]
    """Turns a result into something that `==` compares."""


@dataclass(frozen=True)
class Row:
    name: str
    what: str
    make: Callable[[int], Contest]
    items: int
    bars: dict[str, float]
    """How many times as long as ours the others must take, by name."""


def digests(size: int) -> Callable[[int], Contest]:
    """Return what makes items of `size` random bytes and the ways to hash them."""

    def make(items: int) -> Contest:
        data = np.random.default_rng(1).integers(0, 256, items * size, dtype=np.uint8)
        voids = data.view(f"V{size}")
        messages = [bytes(item) for item in voids]
        objects = np.array(messages, dtype=object)
        return Contest(
            items,
            {
                "V": lambda: npx.sha256(voids),
                "objects": lambda: npx.sha256(objects),
                "hashlib loop": lambda: [hashlib.sha256(m).digest() for m in messages],
            },
            lambda result: [bytes(digest) for digest in result],
        )

    return make


ROWS = [
    Row(
        "sha256-32",
        "SHA-256 of 100,000 items of 32 bytes",
        digests(32),
        100_000,
        {"hashlib loop": 12},
    ),
    Row(
        "sha256-4096",
        "SHA-256 of 10,000 items of 4 KiB",
        digests(4096),
        10_000,
        {"hashlib loop": 1.6},
    ),
]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev bench text",
        description=__doc__,
        epilog=f"Rows: {', '.join(row.name for row in ROWS)}.",
    )
    parser.add_argument("--rows", nargs="+", default=["*"], metavar="NAME")
    parser.add_argument("--runs", type=int, default=RUNS, help="%(default)s")
    parser.add_argument(
        "--quick", action="store_true", help="little data: to see that all works"
    )
    options = parser.parse_args()
    options.rows = [
        row for row in ROWS if any(fnmatch(row.name, name) for name in options.rows)
    ]
    if not options.rows:
        parser.error("no such row")
    return options


def refuse_wrong_results(row: Row, contest: Contest) -> None:
    ours, *others = contest.calls
    expected = contest.plain(contest.calls[ours]())
    for name in others:
        if contest.plain(contest.calls[name]()) != expected:
            raise SystemExit(f"{row.name}: nothing is timed, {ours} and {name} differ")


def figures(row: Row, runs: int, quick: bool) -> dict[str, Any]:
    contest = row.make(row.items // 100 if quick else row.items)
    refuse_wrong_results(row, contest)
    samples: dict[str, list[float]] = {name: [] for name in contest.calls}
    for _ in range(runs):
        for name, call in contest.calls.items():
            gc.collect()
            begin = time.perf_counter()
            made = call()
            samples[name].append(time.perf_counter() - begin)
            del made
    return {
        "row": row.name,
        "what": row.what,
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
    print(f"{'':<16}{'ns an item':>12}{'[best]':>12}{'ratio':>8}{'bar':>6}")
    for call in row["calls"]:
        best, bar = f"[{call['ns_best']:.1f}]", call["bar"] or "-"
        ratio = call["ns_median"] / ours
        print(
            f"{call['name']:<16}{call['ns_median']:>12.1f}{best:>12}{ratio:>8.2f}{bar:>6}"
        )


def main() -> None:
    options = arguments()
    build = npx.info()
    refuse_slow_builds(build)
    if not options.quick:
        warm_memory()
    rows = []
    with npx.num_threads(1):
        for row in options.rows:
            rows.append(
                figures(row, 1 if options.quick else options.runs, options.quick)
            )
            print_figures(rows[-1])
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": {"numpy": metadata.version("numpy")},
        "runs": options.runs,
        "rows": rows,
    }
    whole = (
        not options.quick and options.runs >= RUNS and len(options.rows) == len(ROWS)
    )
    path = RESULTS if whole else SCRATCH
    results.save(report, path)
    print(f"\nwritten: {path}")
    if options.quick:
        print("This was a quick run: its figures mean nothing.")


if __name__ == "__main__":
    main()
