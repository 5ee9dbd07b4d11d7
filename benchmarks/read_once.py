"""One read in this process, measured; the runner starts a fresh process for each.

Prints one JSON object. Linux only: cores are pinned and memory is read in /proc.
"""

import argparse
import importlib
import json
import os
import resource
import time
from pathlib import Path

THREAD_VARIABLES = (
    "NUMPY_EXT_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


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
    from readers import READERS
    from workloads import Workload

    reader = READERS[arguments.reader]
    workload = Workload.from_json(arguments.workload)

    began = time.perf_counter()
    importlib.import_module(reader.module)
    import_seconds = time.perf_counter() - began

    forget_peak_memory()
    memory_before = memory_kib("VmRSS")
    busy_before = busy_seconds(cores)
    usage_before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    try:
        result = reader.read(workload)
        if arguments.to_numpy:
            result = reader.to_numpy(result)
    except Exception as error:
        first_line = str(error).partition("\n")[0]
        raise SystemExit(f"{type(error).__name__}: {first_line}") from None
    seconds = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    busy = busy_seconds(cores) - busy_before

    cpu = usage.ru_utime + usage.ru_stime
    cpu_before = usage_before.ru_utime + usage_before.ru_stime
    sample = {
        "seconds": seconds,
        "cpu_seconds": cpu - cpu_before,
        "others_seconds": busy - (cpu - cpu_before),
        "import_seconds": import_seconds,
        "peak_mib": (memory_kib("VmHWM") - memory_before) / 1024,
        "switches": usage.ru_nivcsw - usage_before.ru_nivcsw,
    }
    print(json.dumps(sample), flush=True)
    os._exit(0)  # Tearing the result down is not part of the reading.


if __name__ == "__main__":
    main()
