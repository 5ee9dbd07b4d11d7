"""Every example that users read runs: docstrings, README.md and docs/*.md."""

import doctest
import importlib
import importlib.util
import pkgutil
import re
from pathlib import Path

import pytest

import numpy_ext

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


NEEDS = re.compile(r"# needs (\w+)$", re.MULTILINE)


def missing_peers(text: str) -> list[str]:
    """Return what an example says it needs and is not installed; see `--peers`."""
    return [n for n in NEEDS.findall(text) if importlib.util.find_spec(n) is None]


def has_docstring_examples(name: str) -> bool:
    tests = doctest.DocTestFinder().find(importlib.import_module(name))
    return any(test.examples for test in tests)


SUBMODULES = pkgutil.walk_packages(numpy_ext.__path__, "numpy_ext.")
NAMES = ["numpy_ext", *sorted(module.name for module in SUBMODULES)]
MODULES = [name for name in NAMES if has_docstring_examples(name)]
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if FENCE.search(page.read_text(encoding="utf-8"))
]


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    """Files that examples write go away; tables are shown 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def test_examples_are_found():
    assert {ROOT / "README.md", ROOT / "docs" / "csv.md"} <= set(PAGES)
    assert {"numpy_ext._csv", "numpy_ext._table"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for test in doctest.DocTestFinder().find(importlib.import_module(name)):
        if not missing_peers(test.docstring or ""):
            runner.run(test)
    assert runner.failures == 0, "see the output above"


def run_session(text: str, namespace: dict, page: Path, line: int) -> None:
    test = doctest.DocTestParser().get_doctest(
        text, namespace, page.name, str(page), line
    )
    # The namespace is kept, so that the next block of the page goes on from here.
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    failed = runner.run(test, clear_globs=False).failed
    namespace.update(test.globs)
    assert failed == 0, "see the output above"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_examples_run(page):
    """Blocks of one page share a namespace, as they would in one session."""
    text = page.read_text(encoding="utf-8")
    namespace: dict = {"__name__": "__main__"}
    for block in FENCE.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        if missing_peers(block[1]):
            continue
        if ">>>" in block[1]:
            run_session(block[1], namespace, page, line)
        else:
            exec(compile("\n" * line + block[1], str(page), "exec"), namespace)
