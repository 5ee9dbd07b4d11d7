"""Reads files that nobody wants to meet: `./dev bench hostile`.

Each read has a process of its own. Shown are its time, the peak of the memory of the
process, and the time over that of a quarter of the file, which is 4 where the time is
linear. Peers read the same file with their defaults; those that fail, or take longer
than a minute, are named with why. docs/csv-hostile.md has the figures.
"""

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hostile_figure
import results
from bench_csv import machine, refuse_slow_builds
from contest_runs import versions
from hostile import CASES, Case

import numpy_ext as npx

SCRATCH = results.HERE.parent / "build" / "bench" / "hostile.json"
FOLDER = results.HERE.parent / "build" / "data"
PEERS = ("pandas", "polars", "pyarrow", "duckdb", "csv")
PATIENCE = 60.0
"""Seconds that a peer has."""

PART = 4
"""A linear read of the whole takes so many times as long as one of the part."""
SLACK = 1.5
"""How much more than that it may take."""
NOTHING = 0.02
"""Seconds that say nothing about growth."""
QUICK = 1e-3


def once(
    reader: str, path: Path, small: Path, options: dict[str, Any], seconds: float | None
) -> dict[str, Any]:
    """Return what came of one read in a fresh process."""
    script = results.HERE / "hostile_once.py"
    command = [sys.executable, str(script), reader, str(path), str(small)]
    try:
        done = subprocess.run(
            [*command, json.dumps(options)],
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"stopped after {seconds:.0f} s"}
    if done.returncode != 0 or not done.stdout:
        last = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return {"error": f"the process ended with {done.returncode}: {last[:100]}"}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def best_of(runs: int, case: Case, path: Path, small: Path) -> dict[str, Any]:
    """Return the fastest of some reads, of which each takes as much memory."""
    found = [once("numpy_ext", path, small, case.options, None) for _ in range(runs)]
    return min(found, key=lambda result: result.get("seconds", float("inf")))


def measured(
    case: Case, folder: Path, share: float, runs: int, peers: tuple[str, ...]
) -> dict[str, Any]:
    """Return all figures of a case."""
    small = folder / "small.csv"
    small.write_bytes(b"a,b\n1,2\n")
    whole = folder / f"whole{case.suffix}"
    case.write(whole, share)
    entry: dict[str, Any] = {
        "name": case.name,
        "what": case.what,
        "options": case.options,
        "code": case.code,
        "most_mib": case.most_mib,
        "megabytes": whole.stat().st_size / 1e6,
        "ours": best_of(runs, case, whole, small),
        "growth": None,
        "peers": {},
    }
    if case.linear:
        part = folder / f"part{case.suffix}"
        case.write(part, share / PART)
        ours = best_of(runs, case, part, small)
        entry["part"] = ours
        if min(ours["seconds"], entry["ours"]["seconds"]) > NOTHING:
            entry["growth"] = entry["ours"]["seconds"] / ours["seconds"]
        part.unlink()
    for peer in peers:
        if peer == "csv" or find_spec(peer) is not None:
            entry["peers"][peer] = once(peer, whole, small, {}, PATIENCE)
    whole.unlink()
    return entry


def failures(entries: list[dict[str, Any]]) -> list[str]:
    """Return which bounds are not kept."""
    found = []
    for entry in entries:
        ours, name = entry["ours"], entry["name"]
        if ours.get("code") != entry["code"] or ("error" in ours) != bool(
            entry["code"]
        ):
            wanted = entry["code"] or "no error"
            found.append(f"{name}: {ours.get('error', 'no error')}, not {wanted}")
        if entry["growth"] is not None and entry["growth"] > PART * SLACK:
            found.append(
                f"{name}: {entry['growth']:.1f} times the time of a quarter of it"
            )
        if (
            entry["most_mib"] is not None
            and ours.get("peak_mib", 0) > entry["most_mib"]
        ):
            found.append(
                f"{name}: {ours['peak_mib']:.0f} MiB, of {entry['most_mib']:.0f}"
            )
    return found


def print_entry(entry: dict[str, Any]) -> None:
    def told(result: dict[str, Any]) -> str:
        figures = ""
        if "seconds" in result:
            figures = f"{result['seconds']:8.3f} s {result['peak_mib']:7.0f} MiB  "
        outcome = result.get("error")
        return figures + (outcome or f"{result['rows']:,} x {result['columns']:,}")

    growth = entry["growth"]
    print(f"{entry['name']}: {entry['what']}, {entry['megabytes']:,.1f} MB")
    print(f"  {'numpy_ext':<12}{told(entry['ours'])}", end="")
    print("" if growth is None else f"  ({growth:.1f} times a quarter)")
    for peer, result in entry["peers"].items():
        print(f"  {peer:<12}{told(result)}", flush=True)


def keep(entry: dict[str, Any], path: Path, build: dict[str, Any]) -> None:
    """Write what was measured, in place of older figures of that case."""
    known = {old["name"]: old for old in results.load(path).get("cases", [])}
    known[entry["name"]] = entry
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": versions("pandas", "polars", "pyarrow", "duckdb"),
        "cases": [known[case.name] for case in CASES if case.name in known],
    }
    results.save(report, path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench hostile", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of ours; %(default)s")
    parser.add_argument(
        "--cases", nargs="+", choices=[case.name for case in CASES], help="only these"
    )
    parser.add_argument("--ours", action="store_true", help="without peers")
    parser.add_argument(
        "--quick", action="store_true", help="small files: to see that all works"
    )
    options = parser.parse_args()
    build = npx.info()
    refuse_slow_builds(build)
    cases = {case.name: case for case in CASES}
    chosen = [cases[name] for name in options.cases or cases]
    share, runs = (QUICK, 1) if options.quick else (1.0, options.runs)
    FOLDER.mkdir(parents=True, exist_ok=True)
    where = SCRATCH if options.quick else hostile_figure.RESULTS
    entries = []
    for case in chosen:
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            peers = PEERS if case.peers and not options.ours else ()
            entries.append(measured(case, Path(folder), share, runs, peers))
        print_entry(entries[-1])
        keep(entries[-1], where, build)
    if not options.quick:
        hostile_figure.main()
        for failure in failures(entries):
            print(f"numpy_ext: {failure}")


if __name__ == "__main__":
    main()
