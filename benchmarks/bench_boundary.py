"""Times one kernel behind every boundary: `./dev bench boundary`.

The rows are the hash of one number, of ten and of a million, and a sum of squares by a
loop of calls, of a list and of an array. The ways are in `boundaries.py`; how they are
timed is in `contests.py`. A way whose tool is not there is reported as not measured,
with the reason.
"""

import argparse
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boundaries
import boundary_figure
import numpy as np
import results
from bench_csv import machine, refuse_slow_builds
from boundaries import Boundary
from contests import Contest, Row, figures, print_figures

import numpy_ext as npx
from numpy_ext import guide

SCRATCH = results.HERE.parent / "build" / "bench" / "boundary.json"
RUNS = 15
SEED = 7
LOOP_ALONE = "the loop alone"
GUIDE = "npx.guide"

Calls = dict[str, Callable[[], Any]]


def python_hash(number: int, seed: int) -> int:
    """Return what the kernel returns, in Python."""
    x, y = 0x6A09E667F3BCC908, 0xBB67AE8584CAA73B
    for p, q in ((seed, 8), (number, 0), (0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1)):
        a, b = x ^ p, y ^ q
        product = a * b
        x, y = a ^ product >> 64, b ^ product & 0xFFFFFFFFFFFFFFFF
    return x ^ y


def python_square(x: float) -> float:
    return x * x


# ---- The rows --------------------------------------------------------------


def one_number(ways: dict[str, Boundary], items: int) -> Contest:
    numbers = np.random.default_rng(1).integers(0, 2**62, items).tolist()

    def of(f: Callable[[int, int], Any]) -> Callable[[], list[Any]]:
        return lambda: [f(number, SEED) for number in numbers]

    calls: Calls = {name: of(way.hash_one) for name, way in ways.items()}
    calls["npx.hash64"] = of(npx.hash64)
    calls["Python"] = of(python_hash)
    calls[LOOP_ALONE] = lambda: [number for number in numbers]
    return Contest(
        items, calls, lambda hashes: list(map(int, hashes)), frozenset({LOOP_ALONE})
    )


def into(way: Boundary, numbers: Any, calls: int) -> Callable[[], Any]:
    """Return what hashes all numbers, so many times, into an array of its own."""
    hashes, fill = np.zeros_like(numbers), way.hash_fill

    def run() -> Any:
        for _ in range(calls):
            fill(numbers, SEED, hashes)
        return hashes

    return run


def some_numbers(size: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(2).integers(0, 2**62, size, dtype=np.uint64)


def ten_numbers(ways: dict[str, Boundary], items: int) -> Contest:
    numbers = some_numbers(10)
    calls: Calls = {name: into(way, numbers, items) for name, way in ways.items()}
    return Contest(items, calls, lambda hashes: hashes.tolist())


def many_numbers(ways: dict[str, Boundary], items: int) -> Contest:
    numbers = some_numbers(items)
    calls: Calls = {name: into(way, numbers, 1) for name, way in ways.items()}
    return Contest(items, calls, lambda hashes: hashes.tolist())


def whole_numbers(items: int) -> list[float]:
    """Return floats whose squares have an exact sum, added in whatever order."""
    whole = np.random.default_rng(3).integers(0, 1000, items)
    return [float(number) for number in whole]


def loop_of_calls(ways: dict[str, Boundary], items: int) -> Contest:
    numbers = whole_numbers(items)

    def of(f: Callable[[float], Any]) -> Callable[[], float]:
        def run() -> float:
            total = 0.0
            for number in numbers:
                total += f(number)
            return total

        return run

    calls: Calls = {name: of(way.square) for name, way in ways.items()}
    calls[GUIDE] = of(guide.square)
    calls["Python"] = of(python_square)
    return Contest(items, calls, float)


def list_argument(ways: dict[str, Boundary], items: int) -> Contest:
    numbers = whole_numbers(items)

    def of(f: Callable[[list[float]], Any]) -> Callable[[], Any]:
        return lambda: f(numbers)

    calls: Calls = {name: of(way.sum_of_list) for name, way in ways.items()}
    calls[GUIDE] = of(guide.sum_of_squares)
    calls["Python"] = lambda: sum(number * number for number in numbers)
    return Contest(items, calls, float)


def array_argument(ways: dict[str, Boundary], items: int) -> Contest:
    numbers = np.array(whole_numbers(items))

    def of(f: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: f(numbers)

    calls: Calls = {name: of(way.sum_of_squares) for name, way in ways.items()}
    calls[GUIDE] = of(guide.sum_of_squares)
    return Contest(items, calls, float)


def rows(ways: dict[str, Boundary]) -> list[Row]:
    def row(
        name: str, what: str, make: Callable[[Any, int], Contest], items: int
    ) -> Row:
        return Row(name, what, lambda size: make(ways, size), items)

    million = 1_000_000
    return [
        row("one", "the hash of one number, by a call", one_number, 100_000),
        row("ten", "the hashes of ten numbers, by a call", ten_numbers, 100_000),
        row("million", "the hashes of 1,000,000 numbers", many_numbers, million),
        row("loop", "1,000,000 squares summed: calls", loop_of_calls, million),
        row("list", "1,000,000 squares summed: a list", list_argument, million),
        row("array", "1,000,000 squares summed: an array", array_argument, million),
    ]


# ---- The command -----------------------------------------------------------


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench boundary", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="%(default)s")
    parser.add_argument(
        "--quick", action="store_true", help="little data: to see that all works"
    )
    parser.add_argument("--output", type=Path, help="where to write the figures")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    build = npx.info()
    refuse_slow_builds(build)
    ways, missing = boundaries.boundaries(options.quick)
    for name, reason in missing.items():
        print(f"{name}: not measured: {reason}")
    measured = []
    for row in rows(ways):
        measured.append(
            figures(row, 1 if options.quick else options.runs, options.quick)
        )
        print_figures(measured[-1])
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": boundaries.versions(),
        "runs": options.runs,
        "not_measured": missing,
        "rows": measured,
    }
    whole = not options.quick and options.runs >= RUNS
    path = options.output or (boundary_figure.RESULTS if whole else SCRATCH)
    results.save(report, path)
    print(f"\nwritten: {path}")
    if path == boundary_figure.RESULTS:
        boundary_figure.main()
    if options.quick:
        print("This was a quick run: its figures mean nothing.")


if __name__ == "__main__":
    main()
