"""Table.report: its figures, and how they are shown."""

import dataclasses
import io
import pickle
import re
import time

import pytest

import numpy_ext as npx
from numpy_ext import _report_display

TEXT = "id,name,x\n1,Ada,0.5\n,,1\n3,,\n"
TIMES = {
    "read": 0.01,
    "index": 0.02,
    "convert": 0.06,
    "wait": 0.007,
    "fix_up": 0.003,
}


def test_figures_of_a_read():
    began = time.perf_counter()
    report = npx.parse_csv(TEXT).report
    elapsed = time.perf_counter() - began
    assert (report.rows, report.columns) == (3, 3)
    assert report.bytes == len(TEXT)
    assert 0 < sum(report.times.values()) < report.seconds < elapsed
    assert list(report.times) == list(TIMES)
    assert report.times["fix_up"] == 0 < report.times["convert"]
    speed = len(TEXT) / report.seconds / 1e9
    assert report.gigabytes_per_second == pytest.approx(speed)
    assert report.cpu == npx.info()["cpu"]
    assert report.missing == {"id": 1, "name": 2, "x": 1}
    assert report.reasons == {
        "id": "line 2 has '1', an integer",
        "name": "line 2 has 'Ada', text",
        "x": "line 2 has '0.5', a decimal",
    }
    assert report.schema == npx.parse_csv(TEXT).schema


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_are_those_allowed(threads):
    assert npx.parse_csv(TEXT, threads=threads).report.threads == threads


def test_bytes_are_those_of_every_source(tmp_path):
    path = tmp_path / "é.csv"
    data = "name\né\n日本\n".encode()
    path.write_bytes(data)
    for source in (path, data, bytearray(data), io.BytesIO(data)):
        assert npx.read_csv(source).report.bytes == len(data)
    assert npx.read_csv(io.StringIO(data.decode())).report.bytes == len(data)
    assert npx.parse_csv(data.decode()).report.bytes == len(data)
    assert npx.CsvParser().parse_bytes(data).report.bytes == len(data)


def test_bytes_are_not_known_where_nrows_ended_the_read():
    report = npx.parse_csv(TEXT, nrows=2).report
    assert report.bytes is None
    assert report.gigabytes_per_second is None
    assert "GB" not in repr(report)
    assert npx.parse_csv(TEXT, nrows=4).report.bytes == len(TEXT)


def test_time_counts_from_the_opening():
    class Slow(io.BytesIO):
        def read(self):
            time.sleep(0.05)
            return super().read()

    report = npx.read_csv(Slow(TEXT.encode())).report
    assert report.seconds > 0.05 > sum(report.times.values())


def test_reports_cannot_be_changed_and_can_be_pickled():
    report = npx.parse_csv(TEXT).report
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.rows = 0
    assert pickle.loads(pickle.dumps(report)) == report


def test_rows_that_are_read_again_have_a_stage_of_their_own(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("a\n" + "1\n" * 200_000 + "0.5\n")
    times = npx.read_csv(path, threads=1).report.times
    assert times["fix_up"] > 0 < times["read"]


@pytest.fixture
def report():
    """Return a report with known figures."""
    return dataclasses.replace(
        npx.parse_csv(TEXT).report,
        rows=1234567,
        bytes=250_000_000,
        seconds=0.1,
        threads=2,
        cpu="avx2",
        times=TIMES,
    )


def test_repr(report):
    assert repr(report).splitlines() == [
        "1,234,567 rows x 3 columns",
        "250 MB in 100 ms, 2.50 GB/s, 2 threads, avx2",
        "",
        "where the time went (all threads, 100 ms):",
        "  read     10.0 ms   10%  ###",
        "  index    20.0 ms   20%  ######",
        "  convert  60.0 ms   60%  ##################",
        "  wait     7.00 ms    7%  ##",
        "  fix-up   3.00 ms    3%  #",
        "",
        "column  dtype    missing  why",
        "id      int64          1  line 2 has '1', an integer",
        "name    string         2  line 2 has 'Ada', text",
        "x       float64        1  line 2 has '0.5', a decimal",
    ]


def test_repr_shows_as_many_columns_as_a_table_rows(report):
    with npx.set_options(max_rows=2):
        assert repr(report).splitlines()[-1] == "and 1 more columns: see .schema"
    assert "more columns" not in repr(report)


def test_html_draws_the_shares(report):
    html = report._repr_html_()
    shares = [float(share) for share in re.findall(r"flex:([\d.]+)", html)]
    assert shares == pytest.approx([0.1, 0.2, 0.6, 0.07, 0.03])
    for text in ("convert</th>", "60.0 ms", "60%", "2.50 GB/s", "1,234,567 rows"):
        assert text in html


def test_read_that_took_no_time_can_be_shown(report):
    nothing = dict.fromkeys(TIMES, 0.0)
    still = dataclasses.replace(report, seconds=0.0, times=nothing)
    assert still.gigabytes_per_second is None
    assert "  0%" in repr(still)
    assert "flex:0.0000" in still._repr_html_()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.00 us"),
        (2.4e-5, "24.0 us"),
        (0.000999, "999 us"),
        (0.00123, "1.23 ms"),
        (0.5, "500 ms"),
        (12.34, "12.3 s"),
        (12345.6, "12,346 s"),
    ],
)
def test_times_have_a_unit_that_suits(seconds, text):
    assert _report_display.seconds_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 kB"), (3.2e11, "320 GB")],
)
def test_sizes_have_a_unit_that_suits(size, text):
    assert _report_display.size_text(size) == text
