"""The benchmark of the CSV reader: that it runs, and what it makes of its figures."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import bars
import bench_hostile
import bench_sniff
import chart
import dialects
import hostile
import numpy as np
import pytest
import results
import sizes
import workloads
from readers import READERS
from rows import OURS, ROWS

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments: str) -> subprocess.CompletedProcess:
    """Run the program as ./dev does: its folder is where it finds its modules."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    command = [sys.executable, str(ROOT / "benchmarks" / "bench_csv.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def entry(reader: str, seconds: float, **more: float) -> dict:
    return {"reader": reader, "seconds_median": seconds, "gbps_median": 0.3 / seconds,
            "megabytes": 300.0, "quiet": True, **more}  # fmt: skip


def report(**rows: list[dict]) -> dict:
    """Return a report of these rows; names have _ for -."""
    tables = [{"row": n.replace("_", "-"), "readers": es} for n, es in rows.items()]
    return {"tables": tables}


def measured(name: str, figures: dict) -> list[tuple[str, str]]:
    lines = [line for line in bars.lines(figures) if line[0] == name]
    assert lines
    return [(what, met) for *_, what, met in lines]


# ---- What is judged --------------------------------------------------------


def test_sniffers_are_held_to_their_bars():
    def entry(name: str, told: int, whole: int) -> dict:
        return {"sniffer": name, "files": 100, "told": told, "whole": whole}

    others = [entry("one", 80, 70), entry("two", 90, 60)]
    assert bench_sniff.failures([entry("numpy_ext", 95, 95), *others]) == []
    assert bench_sniff.failures([entry("numpy_ext", 89, 89), *others]) == [
        "right on less than 90% of the files",
        "two is right on as many files in 'told'",
    ]


def test_sniffers_that_are_there_are_judged(capsys):
    first, *others = bench_sniff.judged(1, 6)
    assert first["files"] == 6 and first["whole"] == 6 and first["wrong"] == []
    assert "csv.Sniffer" in [other["sniffer"] for other in others]
    assert capsys.readouterr().out.count("all five") == 1 + len(
        [other for other in others if other["files"]]
    )


def test_hostile_files_are_held_to_their_bounds():
    def entry(ours: dict, code: str | None = None, **more: object) -> dict:
        usual = {"name": "a", "code": code, "growth": None, "most_mib": None}
        return {**usual, "ours": ours, **more}

    shape = {"rows": 1, "columns": 1, "peak_mib": 100.0}
    refused = {"code": "NX202", "error": "never closed", "peak_mib": 100.0}
    kept = [entry(shape, growth=5.9, most_mib=100), entry(refused, "NX202")]
    assert bench_hostile.failures(kept) == []
    assert bench_hostile.failures(
        [
            entry(shape, growth=6.1),
            entry(shape, most_mib=99),
            entry(shape, "NX202"),
            entry(refused),
        ]
    ) == [
        "a: 6.1 times the time of a quarter of it",
        "a: 100 MiB, of 99",
        "a: no error, not NX202",
        "a: never closed, not no error",
    ]


@pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")
@pytest.mark.parametrize("case", hostile.CASES, ids=lambda case: case.name)
def test_hostile_files_are_read_or_refused_as_it_is_said(case, tmp_path):
    path = tmp_path / f"file{case.suffix}"
    case.write(path, 0.002)
    options = dict(case.options)
    if "max_decompressed" in options:
        options["max_decompressed"] //= 10
    try:
        table = npx.read_csv(path, **options)
    except npx.errors.NumpyExtError as error:
        assert error.code == case.code
    else:
        assert case.code is None and table.num_columns > 0


# ---- What is timed ---------------------------------------------------------


@pytest.mark.parametrize("pair", sizes.PAIRS, ids=lambda pair: pair.other)
def test_both_of_a_pair_return_the_same(pair):
    if "pd." in pair.other:
        pytest.importorskip("pandas")
    for items in (1, 3, 100):
        sizes.refuse_wrong_results(pair, pair.make(items), items)


@pytest.mark.parametrize("pair", sizes.PAIRS, ids=lambda pair: pair.other)
def test_what_another_number_of_items_gives_is_another_result(pair):
    """A comparison that cannot fail would time anything."""
    if "pd." in pair.other:
        pytest.importorskip("pandas")
    ours, other = pair.make(40)[0], pair.make(400)[1]
    with pytest.raises(SystemExit, match=r"nothing is timed, .* differ for 40 items"):
        sizes.refuse_wrong_results(pair, (ours, other), 40)


def test_contenders_read_something_that_is_there():
    for row in ROWS.values():
        labels = [contender.label for contender in row.contenders]
        assert len(set(labels)) == len(labels)
        for contender in row.contenders:
            assert contender.reader in READERS
            others = ("two_of_ten", "flights", "gzip", "latin-1", "categories")
            whole = dict.fromkeys(others, "mixed")
            name = whole.get(contender.workload, contender.workload)
            assert name in workloads.MADE or name in dialects.DIALECTS


@pytest.mark.parametrize("name", workloads.MADE)
def test_made_files_have_the_columns_they_name(name, tmp_path):
    made = workloads.MADE[name]
    path = tmp_path / "made.csv"
    made.write(path, 0, 20)
    table = npx.read_csv(path)
    assert table.shape == (20, len(made.header))
    assert table.names == made.header
    assert all(field.missing == 0 for field in table.schema.values())


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("ints", {"int64"}),
        ("prices", {"float64"}),
        ("floats17", {"float64"}),
        ("text", {"int64", "StringDType()"}),
    ],
)
def test_files_of_one_kind_are_of_that_type(name, types, tmp_path):
    path = tmp_path / "made.csv"
    workloads.MADE[name].write(path, 0, 100)
    table = npx.read_csv(path)
    assert {str(table[column].dtype) for column in table} == types


@pytest.mark.parametrize("label", dialects.DIALECTS)
def test_files_in_dialects_hold_the_same_table(label, tmp_path):
    tables = []
    for name in (dialects.PLAIN, label):
        rng = np.random.default_rng(1)
        path = tmp_path / "made.csv"
        dialects.write(
            path, name, 300, lambda rows, rng=rng: workloads.mixed(rng, rows)
        )
        tables.append(npx.read_csv(path, **dialects.DIALECTS[name].options))
    assert tables[0].shape == (300, len(dialects.HEADER))
    assert_tables_equal(tables[1], tables[0])


def test_made_files_are_as_long_as_asked_and_always_the_same(tmp_path):
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path in paths:
        workloads.MADE["quoted"].write(path, 1, 0)
    first, second = (hashlib.sha256(path.read_bytes()).digest() for path in paths)
    assert first == second
    assert 1_000_000 <= paths[0].stat().st_size < 1_001_000


def test_workloads_travel_as_json():
    path = Path("made.csv")
    for job in (
        workloads.Workload("plain", path),
        workloads.Workload("all", path, ("a",), ("NA",), True, ("b", "c"), 9),
        workloads.Workload("dates", path, options={"dates": {"a": "%Y"}}, like="b"),
    ):
        assert workloads.Workload.from_json(job.to_json()) == job


def test_size_of_a_table_counts_long_strings_and_masks():
    table = npx.parse_csv("n,x,s\n1,1.5,short\n,2.5,longer than twelve\n")
    size = READERS[OURS].size(table)
    assert size.cells == 6
    assert size.bytes == 16 + 2 + 16 + 2 * 16 + len("longer than twelve")


# ---- What is made of the figures -------------------------------------------


def test_a_bar_is_the_time_of_the_fastest_peer_over_ours():
    peers = [entry("pandas", 4.0), entry("polars", 3.0)]
    figures = report(mixed_2=[entry(OURS, 1.0), *peers])
    name = "mixed, 2 threads, dates left as text"
    assert measured(name, figures) == [("3.00x (polars)", "no")]
    figures = report(mixed_2=[entry(OURS, 0.5), *peers])
    assert measured(name, figures) == [("6.00x (polars)", "yes")]


def test_a_bar_says_when_the_machine_was_busy():
    noisy = entry("pandas+dates", 5.0, quiet=False)
    figures = report(quoted_1=[entry(OURS, 1.0), noisy])
    assert measured("quoted, 1 thread", figures) == [
        ("5.00x (pandas+dates, on a busy machine)", "yes")
    ]


def test_a_bar_is_not_measured_while_a_peer_is_missing():
    name = "mixed, 2 threads, dates left as text"
    failed = {"reader": "polars", "error": "the machine was busy"}
    for others in ([], [entry("pandas", 4.0)], [entry("pandas", 4.0), failed]):
        figures = report(mixed_2=[entry(OURS, 1.0), *others])
        assert measured(name, figures) == [("not measured", "")]
    assert measured(name, results.NONE) == [("not measured", "")]


def test_the_bar_of_cells_compares_slowest_and_fastest():
    labels = [contender.label for contender in ROWS["cells"].contenders]
    seconds = (1.0, 1.2, 1.5, 1.8)
    figures = report(cells=[entry(label, s, cells=10) for label, s in
                            zip(labels, seconds, strict=True)])  # fmt: skip
    assert measured("time a cell, 10 to 10,000 columns", figures) == [
        ("1.80x (10,000 columns against 10 columns)", "yes")
    ]


def test_the_bar_of_dialects_is_that_of_the_slowest_option():
    seconds = [1.0] * len(dialects.DIALECTS)
    seconds[4] = 3.5
    found = [
        entry(label, s) for label, s in zip(dialects.DIALECTS, seconds, strict=True)
    ]
    name = "a dialect, 1 thread"
    slowest = list(dialects.DIALECTS)[4]
    assert measured(name, report(dialects_1=found)) == [(f"3.50x ({slowest})", "no")]
    assert measured(name, report(dialects_1=found[:-1])) == [("not measured", "")]


def test_the_bar_of_memory_is_that_of_the_worst_row():
    rows = {name: [entry(OURS, 1.0, peak_mib_median=110.0, output_mib=100.0)]
            for name in bars.HELD}  # fmt: skip
    name = "memory held beyond the outputs"
    rows["text-1"] = [entry(OURS, 1.0, peak_mib_median=170.0, output_mib=100.0)]
    assert measured(name, report(**rows)) == [("70 MiB (text-1)", "no")]
    del rows["wide-1"]
    assert measured(name, report(**rows)) == [("not measured", "")]


def test_a_row_takes_the_place_of_its_older_figures():
    old = report(mixed_1=[entry(OURS, 1.0)], ints_1=[entry(OURS, 2.0)])
    table = {"row": "mixed-2", "readers": [entry(OURS, 3.0)]}
    both = results.merged(old, table)
    assert [t["row"] for t in both["tables"]] == ["mixed-1", "mixed-2", "ints-1"]
    again = results.merged(both, {**table, "readers": []})
    assert results.find_table(again, "mixed-2")["readers"] == []
    assert len(again["tables"]) == 3


def test_the_chart_is_xml_and_shows_who_was_measured():
    failed = {"reader": "polars", "error": "<&>"}
    figures = report(
        mixed_1=[entry(OURS, 1.0), entry("pandas", 2.0), failed],
        ints_1=[entry(OURS, 1.0), entry("a<b", 2.0)],
    )
    root = ET.fromstring(chart.svg(figures))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(OURS) == 2
    assert {"pandas", "a<b", "0.30", "0.15", "mixed, 1 thread (300 MB)"} <= set(texts)
    assert "polars" not in texts
    ET.fromstring(chart.svg(results.NONE))


# ---- The program -----------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--quick", "--output", str(results.RESULTS)], "for whole rows"),
        (["--runs", "2", "--output", str(results.RESULTS)], "for whole rows"),
        (["--rows", "mixd-1"], "no row 'mixd-1'; there are mixed-1"),
    ],
)
def test_what_would_spoil_the_figures_is_refused(arguments, reason):
    done = bench(*arguments)
    assert done.returncode == 2
    assert reason in done.stderr


def test_a_quick_run_measures_and_leaves_the_results_alone(tmp_path):
    if importlib.util.find_spec("pandas") is None:
        pytest.skip("needs pandas to compare with")
    if npx.info()["build_type"] != "release" or npx.info()["sanitizer"]:
        pytest.skip("only a release build is timed")
    before = results.RESULTS.read_bytes()
    output = tmp_path / "quick.json"
    names = ["tiny-1", "two_of_ten-1", "mixed-2"]
    done = bench("--quick", "--rows", *names, "--readers", "csv", "pandas",
                 "--output", str(output))  # fmt: skip
    if "cores here" in done.stdout and len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two cores")
    assert done.returncode == 0, done.stdout + done.stderr
    tables = json.loads(output.read_text())["tables"]
    assert sorted(table["row"] for table in tables) == sorted(names)
    for table in tables:
        assert {"date", "machine", "build", "versions"} <= set(table)
        for figures in table["readers"]:
            assert "error" not in figures
            assert np.isfinite(figures["seconds_median"])
            assert figures["seconds_best"] > 0
    assert results.RESULTS.read_bytes() == before
