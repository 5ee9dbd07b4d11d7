"""Times the CSV reader beside its peers: `./dev bench csv`.

Every read has a fresh process pinned to as many cores as it may use threads;
readers take turns; results are compared before anything is timed. Each row is kept
as soon as it is measured; rows that are not asked for keep their older figures.
"""

import argparse
import datetime
import os
import platform
from dataclasses import replace
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path
from typing import Any

import bars
import measure
import readme_figure
import results
import workloads
from readers import READERS
from rows import OURS, ROWS, Row

import numpy_ext

SCRATCH = results.HERE.parent / "build" / "bench" / "csv.json"
RUNS = 5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev bench csv",
        description=__doc__,
        epilog=f"Rows: {', '.join(ROWS)}. Readers: {', '.join(READERS)}.",
    )
    parser.add_argument(
        "--rows",
        nargs="+",
        metavar="NAME",
        help="these rows only, or patterns such as 'mixed-*'",
    )
    parser.add_argument(
        "--readers", nargs="+", choices=READERS, metavar="NAME", help="only these"
    )
    parser.add_argument(
        "--runs", type=int, default=RUNS, help="clean samples a reader (%(default)s)"
    )
    parser.add_argument("--mb", type=int, default=0, help="size of the made files")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="small files, one run, nothing rejected: to see that all works",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="where to write figures; what is not a whole row of full size and"
        f" {RUNS} runs goes to build/bench, never to results and pages",
    )
    options = parser.parse_args()
    options.rows = chosen_rows(parser, options.rows)
    whole = not (options.quick or options.mb or options.readers or options.runs < RUNS)
    if options.output is None:
        options.output = results.RESULTS if whole else SCRATCH
    if options.output.resolve() == results.RESULTS and not whole:
        parser.error("results/csv.json is for whole rows of full size and runs")
    return options


def chosen_rows(
    parser: argparse.ArgumentParser, patterns: list[str] | None
) -> list[Row]:
    for pattern in patterns or []:
        if not any(fnmatch(name, pattern) for name in ROWS):
            parser.error(f"no row {pattern!r}; there are {', '.join(ROWS)}")
    return [
        row
        for name, row in ROWS.items()
        if any(fnmatch(name, pattern) for pattern in patterns or ["*"])
    ]


def refuse_slow_builds(build: dict[str, Any]) -> None:
    if build["build_type"] != "release" or build["sanitizer"]:
        raise SystemExit(
            f"this is a {build['build_type']} build (sanitizer: {build['sanitizer']});"
            " only a release build is timed: ./dev build"
        )


def refuse_wrong_results(workload: workloads.Workload) -> None:
    try:
        measure.child(["compare.py", workload.to_json()])
    except RuntimeError as error:
        raise SystemExit(
            f"{workload.name}: nothing is timed, for numpy_ext and pandas disagree:\n"
            f"{error}"
        ) from None


def warm_memory() -> None:
    """Let the host back the memory, see warm_memory.py."""
    print("warming the memory ... ", end="", flush=True)
    try:
        print(measure.child(["warm_memory.py"]).strip())
    except RuntimeError as error:
        print(f"failed, first figures may be too slow: {error}")


def versions(row: Row) -> dict[str, str]:
    found = {"python": platform.python_version(), "numpy": metadata.version("numpy")}
    for contender in row.contenders:
        if distribution := READERS[contender.reader].distribution:
            found[distribution] = metadata.version(distribution)
    if any(contender.workload == "gzip" for contender in row.contenders):
        found["isal"] = metadata.version("isal")  # which inflates
    return found


def machine() -> str:
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {len(os.sched_getaffinity(0))} cores"


def print_table(row: Row, rows: list[dict[str, Any]]) -> None:
    """Print a line per contender; the ratio is its median time over the first one's."""
    first = rows[0]
    reader_of = {contender.label: contender.reader for contender in row.contenders}
    print(f"\n{row.name}: {row.title}")
    print(
        f"{'reader':<23}{'time':>9}{'GB/s':>7}{'[best]':>9}{'ratio':>7}"
        f"{'peak MiB':>10}{'CPU s':>8}{'import ms':>11}  gives"
    )
    for figures in rows:
        label = figures["reader"]
        if "error" in figures:
            print(f"{label:<23}not measured: {figures['error']}")
            continue
        ratio = "-"
        if "error" not in first:
            ratio = f"{figures['seconds_median'] / first['seconds_median']:.2f}"
        best = f"[{figures['gbps_best']:.2f}]"
        note = "" if figures["quiet"] else "  (the machine was busy)"
        print(
            f"{label:<23}{readme_figure.duration(figures['seconds_median']):>9}"
            f"{figures['gbps_median']:>7.2f}{best:>9}{ratio:>7}"
            f"{figures['peak_mib_median']:>10.0f}{figures['cpu_seconds_median']:>8.2f}"
            f"{figures['import_seconds_median'] * 1e3:>11.0f}"
            f"  {READERS[reader_of[label]].gives}{note}",
            flush=True,
        )


class Bench:
    """One run: what was asked for, and which files have been compared."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.build = numpy_ext.info()
        self.files: dict[str, workloads.Workload] = {}

    def workload(self, name: str) -> workloads.Workload:
        """Return a workload whose results are right."""
        if name not in self.files:
            found = workloads.find(name, self.options.mb, self.options.quick)
            refuse_wrong_results(found)
            self.files[name] = found
        return self.files[name]

    def table(self, row: Row) -> results.Table:
        for contender in row.contenders:
            self.workload(contender.workload)
        share = float("inf") if self.options.quick else measure.OTHERS_SHARE
        figures = measure.round_robin(row, self.files, self.options.runs, share)
        print_table(row, figures)
        return {
            "row": row.name,
            "date": datetime.date.today().isoformat(),
            "machine": machine(),
            "build": self.build,
            "versions": versions(row),
            "runs": self.options.runs * row.more_runs,
            "readers": figures,
        }


def with_readers(row: Row, readers: list[str] | None) -> Row:
    """Return the row without the readers that were not asked for."""
    contenders = tuple(
        c for c in row.contenders if not readers or c.reader in (OURS, *readers)
    )
    return replace(row, contenders=contenders)


def main() -> None:
    options = arguments()
    if options.quick:
        options.runs = 1
    bench = Bench(options)
    refuse_slow_builds(bench.build)
    print("numpy_ext", bench.build)
    print("versions", versions(with_readers(ROWS["mixed-1"], options.readers)))
    if not options.quick:
        warm_memory()
    report = results.load(options.output) if options.output != SCRATCH else results.NONE
    for row in options.rows:
        wanted = with_readers(row, options.readers)
        if options.quick:
            wanted = replace(wanted, more_runs=1)
        report = results.merged(report, bench.table(wanted))
        results.save(report, options.output)
    print(f"\n{bars.text_table(report)}\n\nwritten: {options.output}")
    if options.quick:
        print("This was a quick run: its figures mean nothing.")
    if options.output.resolve() == results.RESULTS:
        readme_figure.main()


if __name__ == "__main__":
    main()
