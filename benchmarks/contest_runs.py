"""A command that times contests: its options, its report, and the page it fills."""

import argparse
import datetime
import os
import platform
from fnmatch import fnmatch
from importlib import metadata

import contest_figure
import results
import rust_peer
from bench_csv import machine, refuse_slow_builds, warm_memory
from contests import Row, figures, print_figures

import numpy_ext as npx

__all__ = ["run", "versions"]

RUNS = 7


def arguments(
    benchmark: str, description: str | None, rows: list[Row]
) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"./dev bench {benchmark}",
        description=description,
        epilog=f"Rows: {', '.join(row.name for row in rows)}.",
    )
    parser.add_argument("--rows", nargs="+", default=["*"], metavar="NAME")
    parser.add_argument("--runs", type=int, default=RUNS, help="%(default)s")
    parser.add_argument(
        "--quick", action="store_true", help="little data: to see that all works"
    )
    options = parser.parse_args()
    options.rows = [
        row for row in rows if any(fnmatch(row.name, name) for name in options.rows)
    ]
    if not options.rows:
        parser.error("no such row")
    return options


def versions(*peers: str) -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("numpy", *peers):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if (rustc := rust_peer.rustc_version()) is not None:
        found["rustc"] = rustc
    return found


def run(
    benchmark: str, description: str | None, rows: list[Row], peers: tuple[str, ...]
) -> None:
    """Time the rows that the command line asks for; a whole run fills the page."""
    options = arguments(benchmark, description, rows)
    # Rows are of one thread, for polars too; it asks when it is imported, by a row.
    os.environ["POLARS_MAX_THREADS"] = "1"
    build = npx.info()
    refuse_slow_builds(build)
    if not options.quick:
        warm_memory()
    measured = []
    for row in options.rows:
        runs = 1 if options.quick else options.runs
        measured.append(figures(row, runs, options.quick))
        print_figures(measured[-1])
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": versions(*peers),
        "runs": options.runs,
        "rows": measured,
    }
    whole = (
        not options.quick and options.runs >= RUNS and len(options.rows) == len(rows)
    )
    scratch = results.HERE.parent / "build" / "bench" / f"{benchmark}.json"
    path = contest_figure.results_file(benchmark) if whole else scratch
    results.save(report, path)
    if whole:
        contest_figure.update(benchmark)
    print(f"\nwritten: {path}")
    if options.quick:
        print("This was a quick run: its figures mean nothing.")
