"""Touches most of the free memory once, so that the host has backed it.

On a fresh virtual machine the first touch of a page costs the host's work too, once in
the life of the machine. Without this, early samples pay it and later ones do not.
"""

import mmap
import time
from pathlib import Path

import numpy as np

SHARE = 0.8
PIECE = 1 << 28
PAGE = 4096


def available_bytes() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise KeyError("MemAvailable")


def limit_bytes() -> int:
    """Return what the control group allows, if it says so where it is looked for."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        path = Path("/sys/fs/cgroup", name)
        if path.exists() and (text := path.read_text().strip()).isdigit():
            return int(text)
    return available_bytes()


def touch(total: int) -> None:
    """Hold all of it at once, or the same pages would be handed out again."""
    held = []
    for _ in range(total // PIECE):
        piece = mmap.mmap(-1, PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        piece.madvise(mmap.MADV_HUGEPAGE)
        np.frombuffer(piece, np.uint8)[::PAGE] = 1
        held.append(piece)


def main() -> None:
    # If this asks for too much, it is to be killed before anything else.
    Path("/proc/self/oom_score_adj").write_text("1000")
    total = int(SHARE * min(available_bytes(), limit_bytes()))
    began = time.perf_counter()
    touch(total)
    seconds = time.perf_counter() - began
    print(
        f"{total / 1e9:.1f} GB of memory touched in {seconds:.1f} s,"
        f" {seconds / max(total, 1) * 1e9:.2f} ns a byte"
    )


if __name__ == "__main__":
    main()
