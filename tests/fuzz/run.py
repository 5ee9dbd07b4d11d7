"""Runs fuzz targets one after the other and tells what came of it: `./dev fuzz`.

Each target has a folder of inputs in corpus/, which tests replay, and one in
build/fuzz, which grows from run to run. What ends a target is kept in the former as
crash-..., and fails the tests until it is mended.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "fuzz"
PROGRAMS = BUILD / "tests" / "fuzz"
LOGS = ROOT / "build" / "logs"
C_TARGETS = sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.c"))
PYTHON_TARGETS = sorted(
    path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py")
)
TARGETS = [*C_TARGETS, *PYTHON_TARGETS]
KEPT_BYTES = 512  # of an input in corpus/
# Names of files in corpus/ that are not replaced: what ended a target, what was written
# by hand.
STAYING = ("crash", "timeout", "oom", "leak", "seed")


class Run(NamedTuple):
    """What one target did."""

    target: str
    executions: int
    edges: int
    inputs: int
    kept: list[Path]
    failed: bool


def command(target: str) -> list[str]:
    """Return the words that start a target."""
    if target in PYTHON_TARGETS:
        return [sys.executable, "-P", str(HERE / "atheris_main.py"), target]
    return [str(PROGRAMS / f"fuzz_{target}")]


def replay_command(target: str, path: Path) -> str:
    """Return the line that runs one input again."""
    shown = path.relative_to(ROOT)
    if target in C_TARGETS:
        return f"build/fuzz/tests/fuzz/replay_{target} {shown}"
    return f"./dev test -k 'fuzz_corpus and {target}'  # {shown}"


def folders(target: str) -> tuple[Path, Path]:
    """Return where inputs grow and where they are kept; both are there then."""
    growing, kept = BUILD / "inputs" / target, HERE / "corpus" / target
    for folder in (growing, kept, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    return growing, kept


def run(target: str, seconds: int) -> Run:
    """Run a target for so long, or until it finds something."""
    growing, kept = folders(target)
    artifacts = BUILD / "found" / target
    shutil.rmtree(artifacts, ignore_errors=True)
    artifacts.mkdir(parents=True)
    log = LOGS / f"fuzz-{target}.log"
    with log.open("w", encoding="utf-8") as file:
        status = subprocess.run(
            [
                *command(target),
                f"-max_total_time={seconds}",
                "-max_len=1024",
                "-timeout=60",
                "-rss_limit_mb=4096",
                "-print_final_stats=1",
                # Its bookkeeping takes ten times as long as a reading.
                "-entropic=0",
                f"-artifact_prefix={artifacts}/",
                str(growing),
                str(kept),
            ],
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    text = log.read_text(encoding="utf-8", errors="replace")
    found = []
    for path in sorted(artifacts.iterdir()):
        if path.name.startswith("slow-unit"):
            continue  # not a failure, only slow
        shutil.copy(path, kept / path.name)
        found.append(kept / path.name)
    return Run(
        target,
        last_number(r"^stat::number_of_executed_units:\s*(\d+)", text),
        last_number(r"^#\d+\s.*\bcov: (\d+)", text),
        len(list(growing.iterdir())),
        found,
        status != 0 or bool(found),
    )


def last_number(pattern: str, text: str) -> int:
    found = re.findall(pattern, text, re.MULTILINE)
    return int(found[-1]) if found else 0


def tell(done: Run) -> None:
    """Print a line of the table, and what was found."""
    what = ", ".join(path.name for path in done.kept) or (
        "it did not run, see the log" if done.failed else "nothing"
    )
    print(
        f"{done.target:12} {done.executions:12,} {done.edges:8,} {done.inputs:8,}",
        f" {what}",
        flush=True,
    )
    if done.failed:
        log = LOGS / f"fuzz-{done.target}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = [
            line
            for line in lines
            if not re.match(r"#\d+\s+(NEW|REDUCE|pulse)|\s+NEW_FUNC", line)
        ]
        print(*said[-60:], sep="\n")
        for path in done.kept:
            print(f"again, with its input: {replay_command(done.target, path)}")


def reducing(target: str, *folders: str) -> list[str]:
    """Return the words that put into the first folder what the others reach."""
    if target in PYTHON_TARGETS:
        script = str(HERE / "python_cover.py")
        return [sys.executable, "-P", script, target, str(KEPT_BYTES), *folders]
    merge = ["-set_cover_merge=1", "-use_counters=0", f"-max_len={KEPT_BYTES}"]
    return [*command(target), *merge, *folders]


def keep(target: str) -> None:
    """Reduce all inputs to short ones that reach all; crashers stay."""
    growing, kept = folders(target)
    reduced = BUILD / "kept" / target
    shutil.rmtree(reduced, ignore_errors=True)
    reduced.mkdir(parents=True)
    with (LOGS / f"fuzz-keep-{target}.log").open("w", encoding="utf-8") as log:
        subprocess.run(
            reducing(target, *map(str, (reduced, kept, growing))),
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )
    for path in kept.iterdir():
        if not path.name.startswith(STAYING):
            path.unlink()
    for path in reduced.iterdir():
        shutil.copy(path, kept / path.name)
    files = list(kept.iterdir())
    size = sum(path.stat().st_size for path in files)
    print(f"{kept.relative_to(ROOT)}: {len(files)} files, {size:,} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", default="all", choices=["all", *TARGETS])
    parser.add_argument("--minutes", type=float, default=1, help="in total, shared out")
    parser.add_argument(
        "--keep", action="store_true", help="reduce inputs into corpus/"
    )
    arguments = parser.parse_args()
    targets = TARGETS if arguments.target == "all" else [arguments.target]
    os.environ.setdefault("ASAN_OPTIONS", "allocator_may_return_null=1")
    os.environ.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    failed = False
    seconds = round(arguments.minutes * 60 / len(targets))
    if seconds > 0:
        print(f"{'target':12} {'executions':>12} {'edges':>8} {'inputs':>8}  found")
        for target in targets:
            done = run(target, seconds)
            tell(done)
            failed = failed or done.failed
    if arguments.keep and not failed:
        for target in targets:
            keep(target)
    return failed


if __name__ == "__main__":
    sys.exit(main())
