"""A small set of inputs that reach all that many do, of a target in Python.

The libFuzzer of atheris cannot start itself again, as its own merging would have to.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import numpy_ext

PACKAGE = str(Path(numpy_ext.__file__).parent)


def reached(target: Any, data: bytes) -> set[tuple[str, int, int]]:
    """Return the steps from line to line that an input makes in numpy_ext."""
    steps: set[tuple[str, int, int]] = set()
    before: dict[FrameType, int] = {}

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        steps.add((frame.f_code.co_filename, before.get(frame, 0), frame.f_lineno))
        before[frame] = frame.f_lineno
        if event == "return":
            before.pop(frame)
        return trace

    sys.settrace(trace)
    try:
        target(data)
    finally:
        sys.settrace(None)
    return steps


def main(target: str, most: str, to: str, *folders: str) -> None:
    """Copy the inputs that add a step, short ones first, of at most so many bytes."""
    run = importlib.import_module("fuzz_" + target).test_one_input
    paths = [path for folder in folders for path in Path(folder).iterdir()]
    paths = [path for path in paths if path.stat().st_size <= int(most)]
    run(b"")  # what is only imported on first use
    known: set[tuple[str, int, int]] = set()
    for path in sorted(paths, key=lambda path: (path.stat().st_size, path.name)):
        steps = reached(run, path.read_bytes())
        if not steps <= known:
            known |= steps
            shutil.copy(path, to)


if __name__ == "__main__":
    here = Path(__file__).parent
    sys.path += [str(here), str(here.parent / "python")]
    main(*sys.argv[1:])
