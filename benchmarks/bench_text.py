"""Times calls over whole arrays beside the loops they replace: `./dev bench text`.

The rows are in the modules `text_*.py`; how they are timed is in `contests.py`.
"""

import argparse
import datetime
import os
import platform
from fnmatch import fnmatch
from importlib import metadata

import results
import rust_peer
import text_digests
import text_figure
import text_groups
import text_numbers
import text_patterns
import text_words
from bench_csv import machine, refuse_slow_builds, warm_memory
from contests import figures, print_figures

import numpy_ext as npx

SCRATCH = results.HERE.parent / "build" / "bench" / "text.json"
RUNS = 7
ROWS = [
    *text_digests.ROWS,
    *text_words.ROWS,
    *text_groups.ROWS,
    *text_numbers.ROWS,
    *text_patterns.ROWS,
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


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("numpy", "pandas", "polars"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if (rustc := rust_peer.rustc_version()) is not None:
        found["rustc"] = rustc
    return found


def main() -> None:
    options = arguments()
    # Rows are of one thread, for polars too; it asks when it is imported, by a row.
    os.environ["POLARS_MAX_THREADS"] = "1"
    build = npx.info()
    refuse_slow_builds(build)
    if not options.quick:
        warm_memory()
    rows = []
    for row in options.rows:
        rows.append(figures(row, 1 if options.quick else options.runs, options.quick))
        print_figures(rows[-1])
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": versions(),
        "runs": options.runs,
        "rows": rows,
    }
    whole = (
        not options.quick and options.runs >= RUNS and len(options.rows) == len(ROWS)
    )
    path = text_figure.RESULTS if whole else SCRATCH
    results.save(report, path)
    if whole:
        text_figure.main()
    print(f"\nwritten: {path}")
    if options.quick:
        print("This was a quick run: its figures mean nothing.")


if __name__ == "__main__":
    main()
