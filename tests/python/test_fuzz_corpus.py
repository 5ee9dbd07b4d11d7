"""Inputs that fuzzing has kept for its targets in Python, and that all have some."""

import importlib
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
TARGETS = sorted(path.stem.removeprefix("fuzz_") for path in FUZZ.glob("fuzz_*.py"))
INPUTS = [
    pytest.param(target, path, id=f"{target}-{path.name[:18]}")
    for target in TARGETS
    for path in sorted((FUZZ / "corpus" / target).iterdir())
]


@pytest.mark.parametrize(("target", "path"), INPUTS)
def test_replay(target, path):
    importlib.import_module(f"fuzz_{target}").test_one_input(path.read_bytes())


def test_every_target_has_inputs():
    sources = [path.stem.removeprefix("fuzz_") for path in FUZZ.glob("fuzz_*.[cp]*")]
    folders = [path.name for path in (FUZZ / "corpus").iterdir()]
    assert sorted(sources) == sorted(folders)
    for target in sources:
        files = list((FUZZ / "corpus" / target).iterdir())
        assert 0 < len(files) < 600, target
        assert sum(path.stat().st_size for path in files) < 200_000, target
