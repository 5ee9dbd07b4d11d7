"""Every example that users read runs: docstrings, README.md and docs/*.md."""

import doctest
from pathlib import Path

import pytest
from examples import ROOT, Block, blocks, docstrings, missing_need, modules, pages

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = modules()
PAGES = pages()


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    """Files that examples write go away; tables are shown 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def test_examples_are_found():
    assert {ROOT / "README.md", ROOT / "docs" / "csv.md"} <= set(PAGES)
    assert {"numpy_ext._csv", "numpy_ext._table"} <= set(MODULES)


def test_needs_are_those_of_the_comments_above(tmp_path):
    page = tmp_path / "page.md"
    fence = "```python\npass\n```\n"
    page.write_text(
        f"{fence}<!-- needs: one two -->\n{fence}<!-- needs: three -->\n{fence}"
    )
    found = [(block.line, block.needs) for block in blocks(page)]
    assert found == [(1, ()), (5, ("one", "two")), (9, ("one", "two", "three"))]


def test_needs_of_docstrings_are_looked_for():
    there, not_there = doctest.DocTestParser().get_examples(
        ">>> 1  # needs numpy\n1\n>>> 2  # needs no_such_module\n"
    )
    assert missing_need(there) is None
    assert missing_need(not_there) == "no_such_module"


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    """The rest of a docstring is skipped where a module it needs is not installed."""
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    skipped = set()
    for test in docstrings(name):
        needs = [missing_need(example) for example in test.examples]
        first = next((i for i, need in enumerate(needs) if need), len(needs))
        skipped.update(needs[first : first + 1])
        test.examples = test.examples[:first]
        runner.run(test)
    assert runner.failures == 0, "see the output above"
    if skipped:
        pytest.skip(f"the examples of {', '.join(skipped)}")


def run_session(block: Block, namespace: dict, page: Path) -> None:
    test = doctest.DocTestParser().get_doctest(
        block.text, namespace, page.name, str(page), block.line
    )
    # The namespace is kept, so that the next block of the page goes on from here.
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    failed = runner.run(test, clear_globs=False).failed
    namespace.update(test.globs)
    assert failed == 0, "see the output above"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_examples_run(page):
    """Blocks of one page share a namespace, as they would in one session.

    The rest of a page is skipped where it needs a module that is not installed.
    """
    namespace: dict = {"__name__": "__main__"}
    for block in blocks(page):
        for module in block.needs:
            pytest.importorskip(module)
        if block.is_session:
            run_session(block, namespace, page)
        else:
            code = compile("\n" * block.line + block.text, str(page), "exec")
            exec(code, namespace)
