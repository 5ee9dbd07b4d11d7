"""The tables of docs/types.md are what conversions give."""

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("pandas")
pytest.importorskip("polars")
pytest.importorskip("pyarrow")

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def make_types():
    spec = importlib.util.spec_from_file_location("make_types", DOCS / "make_types.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_are_those_made_now(make_types):
    text = make_types.PAGE.read_text(encoding="utf-8")
    assert make_types.page(text, provenance_too=False) == text


def test_a_page_without_a_place_is_refused(make_types):
    with pytest.raises(ValueError, match="no place for the table 'columns'"):
        make_types.page("# Types\n")
