"""The figures of the pages are those of the last benchmark that was committed."""

import json

import boundary_figure
import contest_figure
import hostile_figure
import pytest
import readme_figure
import results
import sizes_figure
import sniff_figure

pytestmark = pytest.mark.lint


@pytest.mark.parametrize("name", ["README.md", "benchmarks.md", "csv.svg"])
def test_pages_show_the_committed_results(name):
    wanted = readme_figure.files(results.load())
    [path] = [path for path in wanted if path.name == name]
    assert path.read_text(encoding="utf-8") == wanted[path]


def test_the_page_of_boundaries_shows_the_committed_results():
    report = json.loads(boundary_figure.RESULTS.read_text(encoding="utf-8"))
    for path, text in boundary_figure.files(report).items():
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", contest_figure.measured())
def test_the_pages_of_contests_show_the_committed_results(name):
    for path, text in contest_figure.files(name, contest_figure.load(name)).items():
        assert path.read_text(encoding="utf-8") == text


def test_the_page_of_sizes_shows_the_committed_results():
    report = json.loads(sizes_figure.RESULTS.read_text(encoding="utf-8"))
    for path, text in sizes_figure.files(report).items():
        assert path.read_text(encoding="utf-8") == text


def test_the_page_of_hostile_input_shows_the_committed_results():
    report = json.loads(hostile_figure.RESULTS.read_text(encoding="utf-8"))
    for path, text in hostile_figure.files(report).items():
        assert path.read_text(encoding="utf-8") == text


def test_the_page_of_sniffing_shows_the_committed_results():
    report = json.loads(sniff_figure.RESULTS.read_text(encoding="utf-8"))
    for path, text in sniff_figure.files(report).items():
        assert path.read_text(encoding="utf-8") == text


def test_break_even_is_where_ours_is_faster_from_there_on():
    def sizes(*faster: bool) -> list[dict]:
        return [
            {"items": 10**i, "ours_ns": 1.0, "other_ns": 2.0 if yes else 0.5}
            for i, yes in enumerate(faster)
        ]

    assert sizes_figure.break_even(sizes(True, False, True, True)) == "100"
    assert sizes_figure.break_even(sizes(True, True)) == "1"
    assert sizes_figure.break_even(sizes(True, False)) == "never"


def test_the_page_of_boundaries_says_what_was_not_measured():
    report = json.loads(boundary_figure.RESULTS.read_text(encoding="utf-8"))
    report["not_measured"] = {"Ada": "gnat | gcc is not installed"}
    [page] = boundary_figure.files(report).values()
    assert page.count("| Ada | not measured: gnat / gcc is not installed |") == 2


def test_a_page_without_a_place_for_its_figure_is_refused():
    with pytest.raises(ValueError, match="'bars' is wanted, found 0"):
        readme_figure.fill("# A page\n", "bars", "| bar |\n")
