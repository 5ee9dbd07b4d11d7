"""Every option of the CSV reader and every error code has its words and its example."""

import ast
import doctest
import inspect
import re

import pytest
from examples import ROOT, blocks

import numpy_ext as npx
from numpy_ext import _error_actions, _options
from numpy_ext._compression import COMPRESSIONS
from numpy_ext._dialect import QUOTING
from numpy_ext._encoding import ERRORS

pytestmark = pytest.mark.lint

OPTIONS = {
    name: parameter
    for name, parameter in inspect.signature(npx.read_csv).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY
}
READERS = {"read_csv", "parse_csv", "CsvParser"}
CHOICES = {
    "quoting": tuple(QUOTING),
    "missing": _options.MISSING,
    "strings": _options.STRINGS,
    "leading_zeros": _options.LEADING_ZEROS,
    "decimal": _options.DECIMALS,
    "ragged": _error_actions.RAGGED,
    "on_error": _error_actions.ON_ERROR,
    "compression": COMPRESSIONS,
    "encoding_errors": ERRORS,
}
# What cannot be shown by an example that runs within a second.
TOO_LARGE = {"NX112"}  # a record of 2 GiB


def sessions(text: str) -> list[doctest.Example]:
    parser = doctest.DocTestParser()
    return [
        example
        for fence in re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
        for example in parser.get_examples(fence)
    ]


def keywords_used() -> dict[str, set[str]]:
    """Return the keywords of calls of readers in examples of pages, with the pages."""
    used: dict[str, set[str]] = {}
    for page in sorted((ROOT / "docs").glob("csv*.md")):
        for block in blocks(page):
            for example in doctest.DocTestParser().get_examples(block.text):
                for node in ast.walk(ast.parse(example.source)):
                    if isinstance(node, ast.Call) and called(node) in READERS:
                        for keyword in node.keywords:
                            used.setdefault(str(keyword.arg), set()).add(page.name)
    return used


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_every_option_has_an_example_in_the_pages_of_csv():
    assert sorted(OPTIONS.keys() - keywords_used()) == []


def test_every_option_has_a_row_in_the_table_of_options():
    text = (ROOT / "docs" / "csv.md").read_text(encoding="utf-8")
    rows = dict(
        (name, default)
        for names, default in re.findall(
            r"^\| (`\w+`[^|]*) \| `([^`]*)` \|", text, re.M
        )
        for name in re.findall(r"\w+", names)
    )
    assert list(rows) == list(OPTIONS)
    for name, default in rows.items():
        assert ast.literal_eval(default) == OPTIONS[name].default, name


def entries() -> dict[str, tuple[str, str]]:
    """Return the type and the text of each parameter in the docstring of read_csv."""
    text = inspect.getdoc(npx.read_csv) or ""
    section = text.split("Parameters\n----------\n")[1].split("\nReturns\n")[0]
    found = re.findall(r"^(\w[\w, ]*) : (.+)\n((?:    .*\n?|\n)+)", section, re.M)
    return {
        name: (kind, body) for names, kind, body in found for name in names.split(", ")
    }


def test_every_option_is_described_with_its_default():
    described = entries()
    assert list(described) == ["source", *OPTIONS]
    for name, parameter in OPTIONS.items():
        kind, body = described[name]
        default = parameter.default
        if default is None:
            assert "optional" in kind or kind.endswith("default None"), name
        else:
            told = kind.partition("default ")[2] or kind.strip("{}").partition(",")[0]
            assert ast.literal_eval(told) == default, name
        assert len(body.split()) >= 5, name


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_of_an_option_is_described(name):
    kind, _ = entries()[name]
    assert set(re.findall(r'"([^"]*)"', kind.partition(", default")[0])) == {
        choice for choice in CHOICES[name] if isinstance(choice, str)
    }


def sections_of_errors() -> dict[str, str]:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (NX\d+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("code", sections_of_errors())
def test_every_error_code_has_its_meaning_and_an_example_that_raises_it(code):
    """The examples run with the pages; what they print is compared there."""
    text = sections_of_errors()[code]
    assert re.match(r"\s*\*[A-Z`].*?\*", text, re.S), "begins with what is wrong"
    examples = sessions(text)
    assert examples, "has an example"
    if code not in TOO_LARGE:
        shown = [f"{e.want}{e.exc_msg or ''}" for e in examples]
        assert any(code in text for text in shown), "has an example that raises it"


@pytest.mark.parametrize("code", sections_of_errors())
def test_every_error_code_has_its_fix(code):
    """A call that reads, behind the one that does not; or the message is the fix."""
    examples = sessions(sections_of_errors()[code])
    shown = [f"{e.want}{e.exc_msg or ''}" for e in examples]
    first = next((i + 1 for i, text in enumerate(shown) if code in text), 0)
    reads = any(example.exc_msg is None for example in examples[first:])
    assert reads or any("to accept it: " in text for text in shown)
