"""The figures of the README are those of the last benchmark that was committed."""

import importlib.util
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.lint

ROOT = Path(__file__).resolve().parents[2]


def test_readme_shows_the_committed_results():
    path = ROOT / "benchmarks" / "readme_figure.py"
    spec = importlib.util.spec_from_file_location("readme_figure", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    report = json.loads(module.RESULTS.read_text())
    readme = module.README.read_text()
    assert module.with_figure(readme, report) == readme
    assert "| numpy_ext |" in module.figure(report)
