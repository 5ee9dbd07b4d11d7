"""Times the CSV reader beside its peers: `./dev bench csv`.

Every read has a fresh process pinned to as many cores as it may use threads;
readers take turns; results are compared before anything is timed.
"""

import argparse
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import measure
import readme_figure
import workloads
from readers import READERS

import numpy_ext

RESULTS = readme_figure.RESULTS


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench csv", description=__doc__)
    parser.add_argument(
        "--workload", nargs="+", choices=workloads.NAMES, default=workloads.NAMES
    )
    parser.add_argument("--mb", type=int, default=300, help="size of the made files")
    parser.add_argument("--runs", type=int, default=5, help="clean samples a reader")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument(
        "--to-numpy",
        action="store_true",
        help="time until every column is a NumPy array",
    )
    parser.add_argument("--output", type=Path, default=RESULTS)
    return parser.parse_args()


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


def versions(names: list[str]) -> dict[str, str]:
    found = {"python": platform.python_version(), "numpy": metadata.version("numpy")}
    for name in names:
        if distribution := READERS[name].distribution:
            found[distribution] = metadata.version(distribution)
    return found


def print_table(title: str, rows: list[dict[str, Any]]) -> None:
    """Print a line per reader; the ratio is its median time over ours."""
    measured = {row["reader"]: row for row in rows if "error" not in row}
    ours = measured.get("numpy_ext")
    print(f"\n{title}")
    print(
        f"{'reader':<14}{'GB/s':>7}{'[best]':>9}{'time/ours':>11}"
        f"{'peak MiB':>10}{'CPU s':>8}{'import ms':>11}  gives"
    )
    for row in rows:
        if "error" in row:
            print(f"{row['reader']:<14}not measured: {row['error']}")
            continue
        ratio = "-"
        if ours:
            ratio = f"{row['seconds_median'] / ours['seconds_median']:.2f}"
        best = f"[{row['gbps_best']:.2f}]"
        note = "" if row["quiet"] else "  (the machine was busy)"
        print(
            f"{row['reader']:<14}{row['gbps_median']:>7.2f}"
            f"{best:>9}{ratio:>11}"
            f"{row['peak_mib_median']:>10.0f}{row['cpu_seconds_median']:>8.2f}"
            f"{row['import_seconds_median'] * 1e3:>11.0f}"
            f"  {READERS[row['reader']].gives}{note}"
        )


def time_readers(
    options: argparse.Namespace, workload: workloads.Workload, threads: int
) -> dict[str, Any]:
    megabytes = workload.path.stat().st_size / 1e6
    names = [n for n in options.readers if megabytes <= READERS[n].max_megabytes]
    everyone = measure.round_robin(
        names, workload, threads, options.runs, options.to_numpy
    )
    rows = [samples.figures(megabytes, options.runs) for samples in everyone]
    for row in rows:
        # Figures of several threads on a busy machine mean nothing at all.
        if threads > 1 and not row.get("quiet", True):
            row["error"] = "the machine was busy"
    title = f"{workload.name}, {megabytes:.0f} MB, threads: {threads}"
    print_table(title + (", to NumPy" if options.to_numpy else ""), rows)
    return {
        "workload": workload.name,
        "megabytes": megabytes,
        "threads": threads,
        "to_numpy": options.to_numpy,
        "readers": rows,
    }


def main() -> None:
    options = arguments()
    build = numpy_ext.info()
    refuse_slow_builds(build)
    found = versions(options.readers)
    print("numpy_ext", build)
    print("versions", found)
    tables = []
    for name in options.workload:
        workload = workloads.find(name, options.mb)
        refuse_wrong_results(workload)
        for threads in options.threads:
            tables.append(time_readers(options, workload, threads))
    report = {"build": build, "versions": found, "tables": tables}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nwritten: {options.output}")
    if options.output == RESULTS and readme_figure.WORKLOAD in options.workload:
        readme_figure.main()


if __name__ == "__main__":
    main()
