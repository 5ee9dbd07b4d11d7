"""One read in this process, measured; the runner starts a fresh process for each.

A workload in memory is read many times, after a warm-up; the median call counts.

Prints one JSON object. Linux only: cores are pinned and memory is read in /proc.
"""

import argparse
import importlib
import json
import os
import resource
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readers import Reader
    from workloads import Workload

THREAD_VARIABLES = (
    "NUMPY_EXT_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


BACKED_BYTES = 1 << 30
"""Touched and given back before the clock starts: see "Warming the memory"."""


def pin(threads: int) -> list[int]:
    """Keep this process on its first cores, as many as threads are wanted."""
    mine = sorted(os.sched_getaffinity(0))
    if len(mine) < threads:
        raise SystemExit(f"{threads} threads wanted, {len(mine)} cores here")
    os.sched_setaffinity(0, mine[:threads])
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(threads)
    return mine[:threads]


def busy_seconds(cores: list[int]) -> float:
    """Return how long the cores have worked so far, for whomever; in steps of 10 ms."""
    ticks = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *times = line.split()
        if name in {f"cpu{core}" for core in cores}:
            user, nice, system, _idle, _wait, *interrupts = map(int, times[:8])
            ticks += user + nice + system + sum(interrupts)
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_kib(field: str) -> int:
    """Return a size of this process: VmRSS is now, VmHWM the highest so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise KeyError(field)


def forget_peak_memory() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def call(reader: "Reader", workload: "Workload", to_numpy: bool) -> tuple[Any, float]:
    """Read once; return the result and the seconds it took."""
    began = time.perf_counter()
    result = reader.read(workload)
    if to_numpy:
        result = reader.to_numpy(result)
    return result, time.perf_counter() - began


def figures(
    reader: "Reader", workload: "Workload", to_numpy: bool, cores: list[int]
) -> dict[str, float]:
    """Read and return what it took: a call's share of it, if there are several."""
    for _ in range(workload.calls // 10):
        call(reader, workload, to_numpy)
    calls = workload.calls or 1
    forget_peak_memory()
    memory_before = memory_kib("VmRSS")
    busy_before = busy_seconds(cores)
    usage_before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    seconds = []
    for _ in range(calls):
        result, took = call(reader, workload, to_numpy)
        seconds.append(took)
    wall = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    busy = busy_seconds(cores) - busy_before

    cpu = usage.ru_utime + usage.ru_stime
    cpu -= usage_before.ru_utime + usage_before.ru_stime
    sample = {
        "seconds": statistics.median(seconds),
        "wall_seconds": wall,
        "cpu_seconds": cpu / calls,
        "others_seconds": busy - cpu,
        "peak_mib": (memory_kib("VmHWM") - memory_before) / 1024,
        "switches": usage.ru_nivcsw - usage_before.ru_nivcsw,
    }
    if reader.size and not to_numpy:
        size = reader.size(result)
        sample |= {"cells": size.cells, "output_mib": size.bytes / 2**20}
    return sample


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader")
    parser.add_argument("workload", help="as JSON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--to-numpy", action="store_true")
    arguments = parser.parse_args()
    cores = pin(arguments.threads)

    # These import NumPy, whose BLAS starts a thread for each core it may use. Later
    # than pin(), or its threads would compete for the cores of the one that is timed.
    import warm_memory
    from readers import READERS
    from workloads import Workload

    reader = READERS[arguments.reader]
    workload = Workload.from_json(arguments.workload)

    began = time.perf_counter()
    for module in reader.modules + reader.numpy_modules * arguments.to_numpy:
        importlib.import_module(module)
    import_seconds = time.perf_counter() - began
    warm_memory.touch(BACKED_BYTES)
    try:
        sample = figures(reader, workload, arguments.to_numpy, cores)
    except Exception as error:
        first_line = str(error).partition("\n")[0]
        raise SystemExit(f"{type(error).__name__}: {first_line}") from None
    sample["import_seconds"] = import_seconds
    print(json.dumps(sample), flush=True)
    os._exit(0)  # Tearing the result down is not part of the reading.


if __name__ == "__main__":
    main()
