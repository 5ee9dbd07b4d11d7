"""Fresh processes in turn, samples judged, figures drawn from what is left."""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rows import Contender, Row
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
    """What one contender did."""

    contender: Contender
    megabytes: float
    clean: list[dict[str, float]] = field(default_factory=list)
    rejected: list[dict[str, float]] = field(default_factory=list)
    error: str | None = None

    def add(self, sample: dict[str, float], others_share: float) -> None:
        work = sample["wall_seconds"] * self.contender.threads
        quiet = sample["others_seconds"] <= CLOCK_STEP + others_share * work
        (self.clean if quiet else self.rejected).append(sample)

    def figures(self, runs: int) -> dict[str, Any]:
        """Return medians and bests, of the noisy samples too if there are no others."""
        quiet = len(self.clean) >= runs
        error = self.error
        # Figures of several threads on a busy machine mean nothing at all.
        if not quiet and not error and self.contender.threads > 1:
            error = "the machine was busy"
        if error:
            return {"reader": self.contender.label, "error": error}
        chosen = self.clean[:runs] if quiet else self.clean + self.rejected

        def median(key: str) -> float:
            return statistics.median(sample[key] for sample in chosen)

        best = min(sample["seconds"] for sample in chosen)
        return {
            "reader": self.contender.label,
            "quiet": quiet,
            "runs": len(chosen),
            "megabytes": self.megabytes,
            "seconds_median": median("seconds"),
            "seconds_best": best,
            "gbps_median": self.megabytes / 1e3 / median("seconds"),
            "gbps_best": self.megabytes / 1e3 / best,
            "cpu_seconds_median": median("cpu_seconds"),
            "import_seconds_median": median("import_seconds"),
            "peak_mib_median": median("peak_mib"),
            **{key: chosen[0][key] for key in ("cells", "output_mib")
               if key in chosen[0]},
        }  # fmt: skip


def child(arguments: Sequence[str]) -> str:
    """Run a script of this folder in a fresh process and return what it prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stdout + done.stderr).strip() or "no output")
    return done.stdout


def read_once(contender: Contender, workload: Workload) -> dict[str, float]:
    arguments = ["read_once.py", contender.reader, workload.to_json()]
    arguments += ["--threads", str(contender.threads)]
    if contender.to_numpy:
        arguments.append("--to-numpy")
    sample: dict[str, float] = json.loads(child(arguments))
    return sample


def round_robin(
    row: Row,
    workloads: Mapping[str, Workload],
    runs: int,
    others_share: float = OTHERS_SHARE,
) -> list[dict[str, Any]]:
    """Let each contender read once a round, until each has enough clean samples."""
    runs *= row.more_runs
    everyone = []
    for contender in row.contenders:
        content = workloads[contender.workload].path.read_bytes()  # now it is cached
        everyone.append(Samples(contender, len(content) / 1e6))
    for _ in range(runs * PATIENCE):
        for samples in everyone:
            if samples.error or len(samples.clean) >= runs:
                continue
            try:
                sample = read_once(
                    samples.contender, workloads[samples.contender.workload]
                )
            except RuntimeError as error:
                samples.error = str(error).splitlines()[-1]
            else:
                samples.add(sample, others_share)
    return [samples.figures(runs) for samples in everyone]
