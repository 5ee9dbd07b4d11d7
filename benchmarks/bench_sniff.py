"""Judges sniffers of CSV on polluted files: `./dev bench sniff`.

The files are those of `pollution.py` for one seed; what was tuned was tuned on others.
Shares are of files for which a sniffer is right. docs/csv-sniffing.md has the figures.
"""

import argparse
import datetime
import time
from importlib.util import find_spec
from typing import Any

import pollution
import results
import sniff_figure
from bench_csv import machine, refuse_slow_builds
from contest_runs import versions
from sniff_judge import Score, judge
from sniffers import SNIFFERS

import numpy_ext as npx

SCRATCH = results.HERE.parent / "build" / "bench" / "sniff.json"

BAR = 0.9
"""Ours is right on so many of the files, and on more than any other."""


def entry(score: Score, seconds: float) -> dict[str, Any]:
    """Return what is kept of a score."""
    return {
        "sniffer": score.sniffer.name,
        "tells": list(score.sniffer.tells),
        "files": score.files,
        "silent": score.silent,
        "properties": score.properties,
        "told": score.told,
        "whole": score.whole,
        "ms_per_file": seconds / max(score.files, 1) * 1e3,
        "wrong": score.wrong,
    }


def judged(seed: int, most: int | None) -> list[dict[str, Any]]:
    """Return what every sniffer that is installed makes of the files of a seed."""
    files = pollution.polluted(seed)[:most]
    entries = []
    for sniffer in SNIFFERS:
        if sniffer.package is not None and find_spec(sniffer.package) is None:
            print(f"{sniffer.name} is not installed")
            continue
        begin = time.perf_counter()
        score = judge(sniffer, files)
        entries.append(entry(score, time.perf_counter() - begin))
        shares = "".join(
            f"{name} {100 * score.share(count):5.1f} %  "
            if name in sniffer.tells
            else f"{name}     -    "
            for name, count in score.properties.items()
        )
        print(
            f"{sniffer.name:<12} {shares}"
            f"all it tells {100 * score.share(score.told):5.1f} %  "
            f"all five {100 * score.share(score.whole):5.1f} %"
        )
    return entries


def failures(entries: list[dict[str, Any]]) -> list[str]:
    """Return which bars are missed."""
    ours, *others = entries
    found = []
    if ours["whole"] < BAR * ours["files"]:
        found.append(f"right on less than {BAR:.0%} of the files")
    found += [
        f"{other['sniffer']} is right on as many files in {kind!r}"
        for other in others
        for kind in ("told", "whole")
        if other[kind] >= ours[kind]
    ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench sniff", description=__doc__)
    parser.add_argument("--seed", type=int, default=pollution.SEED, help="%(default)s")
    parser.add_argument(
        "--quick", action="store_true", help="a few files: to see that all works"
    )
    options = parser.parse_args()
    build = npx.info()
    refuse_slow_builds(build)
    entries = judged(options.seed, 12 if options.quick else None)
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": versions("clevercsv", "duckdb"),
        "seed": options.seed,
        "sniffers": entries,
    }
    whole = not options.quick and options.seed == pollution.SEED and len(entries) == 4
    results.save(report, sniff_figure.RESULTS if whole else SCRATCH)
    if whole:
        sniff_figure.main()
    for failure in failures(entries):
        print(f"numpy_ext: {failure}")


if __name__ == "__main__":
    main()
