"""The extension module exports its entry point and nothing else."""

import shutil
import subprocess
import sys

import pytest

from numpy_ext import _native

pytestmark = pytest.mark.lint


@pytest.mark.skipif(sys.platform != "linux", reason="nm -D reads ELF files")
@pytest.mark.skipif(shutil.which("nm") is None, reason="nm is not installed")
def test_only_the_entry_point_is_exported():
    command = ["nm", "-D", "--defined-only", _native.__file__]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)
    names = {line.split()[-1] for line in listing.stdout.splitlines()}
    assert names == {"PyInit__native"}
