"""Fresh processes in turn, samples judged, figures drawn from what is left."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workloads import Workload

HERE = Path(__file__).resolve().parent
OTHERS_SHARE = 0.05
"""A sample is rejected if others worked on its cores for more of its time than this.

Involuntary context switches alone do not tell: a reader with threads of its own on one
core preempts itself. They are recorded beside it.
"""
CLOCK_STEP = 0.02
"""Times of cores are counted in ticks; less than this says nothing."""
PATIENCE = 3
"""Rounds tried for each round wanted, before a busy machine is called busy."""


@dataclass
class Samples:
    """What one reader did with one workload."""

    reader: str
    clean: list[dict[str, float]] = field(default_factory=list)
    rejected: list[dict[str, float]] = field(default_factory=list)
    error: str | None = None

    def add(self, sample: dict[str, float], threads: int) -> None:
        allowed = CLOCK_STEP + OTHERS_SHARE * sample["seconds"] * threads
        quiet = sample["others_seconds"] <= allowed
        (self.clean if quiet else self.rejected).append(sample)

    def figures(self, megabytes: float, runs: int) -> dict[str, Any]:
        """Return medians and bests, of the noisy samples too if there are no others."""
        if self.error:
            return {"reader": self.reader, "error": self.error}
        quiet = len(self.clean) >= runs
        chosen = self.clean[:runs] if quiet else self.clean + self.rejected

        def median(key: str) -> float:
            return statistics.median(sample[key] for sample in chosen)

        best = min(sample["seconds"] for sample in chosen)
        return {
            "reader": self.reader,
            "quiet": quiet,
            "runs": len(chosen),
            "seconds_median": median("seconds"),
            "seconds_best": best,
            "gbps_median": megabytes / 1e3 / median("seconds"),
            "gbps_best": megabytes / 1e3 / best,
            "cpu_seconds_median": median("cpu_seconds"),
            "import_seconds_median": median("import_seconds"),
            "peak_mib_median": median("peak_mib"),
        }


def child(arguments: Sequence[str]) -> str:
    """Run a script of this folder in a fresh process and return what it prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stdout + done.stderr).strip() or "no output")
    return done.stdout


def read_once(
    reader: str, workload: Workload, threads: int, to_numpy: bool
) -> dict[str, float]:
    arguments = ["read_once.py", reader, workload.to_json(), "--threads", str(threads)]
    if to_numpy:
        arguments.append("--to-numpy")
    sample: dict[str, float] = json.loads(child(arguments))
    return sample


def round_robin(
    readers: Sequence[str],
    workload: Workload,
    threads: int,
    runs: int,
    to_numpy: bool = False,
) -> list[Samples]:
    """Let each reader read once a round, until each has enough clean samples."""
    workload.path.read_bytes()  # into the page cache
    everyone = [Samples(reader) for reader in readers]
    for _ in range(runs * PATIENCE):
        for samples in everyone:
            if samples.error or len(samples.clean) >= runs:
                continue
            try:
                sample = read_once(samples.reader, workload, threads, to_numpy)
            except RuntimeError as error:
                samples.error = str(error).splitlines()[-1]
            else:
                samples.add(sample, threads)
    return everyone
