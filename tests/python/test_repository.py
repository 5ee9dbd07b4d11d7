"""The repository says one thing once, and nothing of the place it was written in."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from tree import ROOT, repository_files

import numpy_ext

pytestmark = pytest.mark.lint

# Paths of a machine and addresses of package indexes.
PRIVATE = re.compile(r"/(root|work|Users|home/\w+)/|pythonhosted|-index-url")


def test_version_has_one_source():
    build = (ROOT / "meson.build").read_text(encoding="utf-8")
    version = re.search(r"^\s*version: '([^']+)'", build, re.MULTILINE)
    assert version is not None
    assert version[1] == numpy_ext.__version__
    assert version[1] == metadata.version("numpy-ext-kernels")


def test_no_file_tells_of_a_machine():
    paths = repository_files()
    assert Path(__file__).resolve() in paths
    telling = []
    for path in paths:
        if path == Path(__file__).resolve():
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        for match in PRIVATE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            telling.append(f"{path.relative_to(ROOT)}:{line}: {match[0]}")
    assert telling == []


@pytest.mark.parametrize("script", sorted((ROOT / "src").rglob("gen_*.py")))
def test_generated_file_is_what_its_script_writes(script):
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
