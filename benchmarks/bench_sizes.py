"""Finds from which number of items on an array call pays: `./dev bench sizes`.

The pairs of calls are in `sizes.py`. Both of a pair have to return the same before they
are timed; then they take turns, on one thread, and the medians count. docs/when-not.md
has the figures.
"""

import argparse
import datetime
import gc
import statistics
import time
from typing import Any

import results
import sizes_figure
from bench_csv import machine, refuse_slow_builds
from contest_runs import versions
from sizes import PAIRS, SIZES, Call, Pair, refuse_wrong_results

import numpy_ext as npx

SCRATCH = results.HERE.parent / "build" / "bench" / "sizes.json"
RUNS = 15
SAMPLE_SECONDS = 2e-3
"""A sample has as many calls as take about that long."""


def repeats(call: Call) -> int:
    begin = time.perf_counter()
    call()
    return max(1, int(SAMPLE_SECONDS / (time.perf_counter() - begin)))


def sample(call: Call, count: int) -> float:
    """Return the seconds of one of so many calls."""
    begin = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - begin) / count


def medians(calls: tuple[Call, Call], runs: int) -> list[float]:
    """Return the ns of both calls."""
    counts = [repeats(call) for call in calls]
    samples: list[list[float]] = [[], []]
    gc.collect()
    for _ in range(runs):
        for call, count, seconds in zip(calls, counts, samples, strict=True):
            seconds.append(sample(call, count))
    return [statistics.median(seconds) * 1e9 for seconds in samples]


def figures(pair: Pair, sizes: tuple[int, ...], runs: int) -> dict[str, Any]:
    measured = []
    for size in sizes:
        calls = pair.make(size)
        refuse_wrong_results(pair, calls, size)
        ours, other = medians(calls, runs)
        measured.append({"items": size, "ours_ns": ours, "other_ns": other})
        print(f"{pair.ours:<36}{pair.other:<44}{size:>8,}{other / ours:>8.2f}x")
    return {"ours": pair.ours, "other": pair.other, "sizes": measured}


# ---- The command -----------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench sizes", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="%(default)s")
    parser.add_argument(
        "--quick", action="store_true", help="a few items: to see that all works"
    )
    options = parser.parse_args()
    build = npx.info()
    refuse_slow_builds(build)
    sizes, runs = (SIZES[:3], 1) if options.quick else (SIZES, options.runs)
    with npx.num_threads(1):
        pairs = [figures(pair, sizes, runs) for pair in PAIRS]
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": versions("pandas", "polars"),
        "runs": runs,
        "pairs": pairs,
    }
    whole = not options.quick and runs >= RUNS
    results.save(report, sizes_figure.RESULTS if whole else SCRATCH)
    if whole:
        sizes_figure.main()


if __name__ == "__main__":
    main()
