"""Runs a fuzz target of this folder under atheris: `atheris_main.py TARGET OPTIONS...`.

Only the Python modules of numpy_ext are instrumented: the C library has targets of its
own, and what libraries for compression do is not ours to explore.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import atheris


def import_all() -> None:
    """Import the modules that are else imported on first use: now they are traced."""
    import numpy_ext

    for module in pkgutil.iter_modules(numpy_ext.__path__, "numpy_ext."):
        importlib.import_module(module.name)


def main() -> None:
    target = sys.argv.pop(1)
    import numpy  # noqa: F401  # not to be traced

    with atheris.instrument_imports(include=["numpy_ext"]):
        import_all()
    here = Path(__file__).parent
    sys.path += [str(here), str(here.parent / "python")]
    module = importlib.import_module("fuzz_" + target)
    atheris.Setup(sys.argv, module.test_one_input)
    atheris.Fuzz()


main()
