"""Numbers and dates as other people write them: decimal=, thousands=, dates=."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest
from engine import engines, outcome, snapshot
from hypothesis import given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.errors import CsvSchemaError, CsvValueError
from numpy_ext.testing import engine

FORMS = (
    (",", None),
    (".", ","),
    (",", "."),
    (",", " "),
    (".", "'"),
    (",", "\u202f"),
)

# ---- decimal= and thousands= -----------------------------------------------


def usual(text: str, decimal: str, thousands: str | None) -> str | None:
    """Return a number as Python writes it, None for what is no number."""
    t = re.escape(thousands) if thousands else "(?!)"
    groups = rf"[0-9]{{1,3}}(?:{t}[0-9]{{3}})+|[0-9]*"
    number = rf"([+-]?)({groups})(?:{re.escape(decimal)}([0-9]*))?((?:e[+-]?[0-9]+)?)"
    match = re.fullmatch(number, text)
    if match is None or not (match[2] or match[3]):
        return None
    whole = match[2].replace(thousands, "") if thousands else match[2]
    fraction = "" if match[3] is None else f".{match[3]}"
    return match[1] + whole + fraction + match[4]


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[str], str, str | None]:
    decimal, thousands = draw(st.sampled_from(FORMS))
    group = thousands or ""
    good = st.sampled_from(
        (
            *("0", "7", "-12", "1234", f"1{group}234", f"-12{group}345{group}678"),
            *(
                f"1{decimal}5",
                f"{decimal}25",
                f"1{group}234{decimal}5e3",
                f"3{decimal}",
            ),
            *(f"0{decimal}{'123456789' * 3}", "9" * 19, "18446744073709551615", "1e5"),
        )
    )
    odd = st.text(alphabet=f"0123{decimal}{group}.,-e", min_size=1, max_size=7)
    odd = odd.map(lambda text: text.strip(" ") or "0")  # blanks do not count
    kinds = st.one_of(good, good, good, odd) if draw(st.booleans()) else good
    return draw(st.lists(kinds, min_size=1, max_size=20)), decimal, thousands


@given(columns())
def test_numbers_are_those_of_the_usual_form(drawn):
    """Where every cell is a number; a column with any other cell is of strings."""
    cells, decimal, thousands = drawn
    options = {"delimiter": ";", "decimal": decimal, "thousands": thousands}
    table = npx.parse_csv("n;x\n" + "".join(f"{c};1\n" for c in cells), **options)
    plain = [usual(cell, decimal, thousands) for cell in cells]
    if None in plain:
        assert table["n"].dtype == np.dtypes.StringDType()
        assert table["n"].tolist() == cells
        return
    wanted = npx.parse_csv("n\n" + "\n".join(plain) + "\n")
    if wanted["n"].dtype.kind == "T":  # digits that no number type holds
        assert table["n"].tolist() == cells
    else:
        assert wanted["n"].dtype == table["n"].dtype
        assert wanted["n"].tobytes() == table["n"].tobytes()


@given(columns(), st.sampled_from(("float64", "float32", "float16", "int32", "int64")))
def test_requested_dtypes_take_the_same_numbers(drawn, dtype):
    cells, decimal, thousands = drawn
    options = {"delimiter": ";", "decimal": decimal, "thousands": thousands}
    plain = [usual(cell, decimal, thousands) or "?" for cell in cells]
    text = "n;x\n" + "".join(f"{c};1\n" for c in cells)
    try:
        wanted = npx.parse_csv("n\n" + "\n".join(plain) + "\n", dtype=dtype)
    except CsvValueError as error:
        with pytest.raises(CsvValueError) as caught:
            npx.parse_csv(text, dtype={"n": dtype}, **options)
        assert (caught.value.record, caught.value.code) == (error.record, error.code)
        return
    table = npx.parse_csv(text, dtype={"n": dtype}, **options)
    assert wanted["n"].tobytes() == table["n"].tobytes()


@given(columns())
def test_seams_do_not_matter(drawn):
    cells, decimal, thousands = drawn
    options = {"delimiter": ";", "decimal": decimal, "thousands": thousands}
    data = ("n;x\n" + "".join(f"{c};1\n" for c in cells)).encode()
    first = outcome(data, threads=1, **options)
    for way in engines((1, 5, 31)):
        with engine(**way):
            assert outcome(data, **options) == first, way


def test_large_files_of_numbers_on_any_number_of_threads():
    rows = (
        f"{i // 1000 + 1}.{i % 1000:03};{i},5;{i % 31 + 1}.1.2026"
        for i in range(99_999)
    )
    data = ("a;b;c\n" + "\n".join(rows)).encode()
    options = {"delimiter": ";", "decimal": ",", "thousands": "."}
    options["dates"] = {"c": "%d.%m.%Y"}
    tables = [npx.read_csv(data, threads=n, **options) for n in (1, 2, 8)]
    assert snapshot(tables[0]) == snapshot(tables[1]) == snapshot(tables[2])
    table = tables[0]
    assert np.array_equal(table["a"], np.arange(99_999) + 1000)
    assert np.array_equal(table["b"], np.arange(99_999) + 0.5)
    assert table["c"][31] == np.datetime64("2026-01-01")


def test_groups_must_be_of_three_digits():
    text = "a;b;c\n1,234;1,23;1234,567\n"
    table = npx.parse_csv(text, delimiter=";", thousands=",")
    assert table["a"].tolist() == [1234]
    assert table["b"].tolist() == ["1,23"]
    assert table["c"].tolist() == ["1234,567"]


def test_a_point_is_no_mark_beside_a_decimal_comma():
    table = npx.parse_csv("a;b\n1.5;1,5\n", delimiter=";", decimal=",")
    assert table["a"].tolist() == ["1.5"]
    assert table["b"].tolist() == [1.5]


def test_quoted_numbers_beside_commas():
    table = npx.parse_csv('a,b\n"1,5","1 234,5"\nNA,\n', decimal=",", thousands=" ")
    assert table["a"].tolist()[0] == 1.5
    assert np.isnan(table["a"][1])
    assert table["b"][0] == 1234.5


def test_numbers_in_strings_stay_as_they_are():
    table = npx.parse_csv("a;b\n1,5;x\n2,5;3,5\n", delimiter=";", decimal=",")
    assert table["b"].tolist() == ["x", "3,5"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decimal": ";"}, 'decimal must be "." or ","'),
        ({"decimal": None}, 'decimal must be "." or ","'),
        ({"thousands": "x"}, "thousands must be"),
        ({"thousands": ""}, "thousands must be"),
        ({"thousands": "."}, "decimal and thousands are both '.'"),
    ],
)
def test_marks_that_make_no_sense(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        npx.parse_csv("a\n", **options)


# ---- dates= ----------------------------------------------------------------

LAYOUTS = (
    "%d/%m/%Y",
    "%Y%m%d",
    "%d.%m.%y",
    "%Y-%j",
    "%b %d %Y",
    "%A %d %B %Y",
    "%Y/%m/%d %H:%M",
    "%d/%b/%Y:%H:%M:%S",
    "%m-%d-%Y %I:%M:%S %p",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d/%b/%Y:%H:%M:%S %z",
)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))


@given(st.sampled_from(LAYOUTS), st.lists(TIMES, min_size=1, max_size=12))
def test_dates_are_those_of_strptime(layout, times):
    zone = "+0130" if "%z" in layout else ""
    shown = [time.strftime(layout.replace("%z", "")) + zone for time in times]
    table = npx.parse_csv("t\n" + "\n".join(shown) + "\n", dates={"t": layout})
    wanted = [datetime.strptime(text, layout) for text in shown]
    if zone:
        wanted = [time.astimezone(UTC).replace(tzinfo=None) for time in wanted]
    unit = "us" if "%f" in layout else "s" if "%H" in layout or "%I" in layout else "D"
    assert table["t"].dtype == f"M8[{unit}]"
    assert table["t"].astype("M8[us]").tolist() == wanted
    assert table.schema["t"].zone == ("UTC" if zone else None)


@given(st.sampled_from(LAYOUTS), st.text("0123456789/-.: aAPMjan%é", max_size=14))
def test_what_strptime_refuses_is_refused(layout, text):
    try:
        npx.parse_csv(f't\n"{text}"\n', dates={"t": layout}, missing="raise")
    except CsvValueError:
        return
    datetime.strptime(text.strip(" "), layout)


@given(
    st.lists(st.sampled_from(("1/2/2026", "31/12/1999", "", "NA", "1/13/2026", '" "')))
)
def test_seams_do_not_matter_for_dates(cells):
    data = ("t,u\n" + "".join(f"{cell},1\n" for cell in cells)).encode()
    first = outcome(data, threads=1, dates={"t": "%d/%m/%Y"})
    for way in engines((1, 5, 31)):
        with engine(**way):
            assert outcome(data, dates={"t": "%d/%m/%Y"}) == first, way


def test_a_value_that_does_not_fit_is_named():
    with pytest.raises(CsvValueError, match=r"'2026-01-31'") as caught:
        npx.parse_csv("n,t\n1,1/1/2026\n2,2026-01-31\n", dates={"t": "%d/%m/%Y"})
    error = caught.value
    assert (error.line, error.record, error.column) == (3, 2, "t")
    assert error.value == "2026-01-31"
    assert error.dtype == np.dtype("M8[D]")
    assert "another layout than dates={'t': '%d/%m/%Y'}" in error.hint


def test_missing_dates():
    text = 't\n1/1/2026\nNA\n""\n-\n'
    options = {"dates": {"t": "%d/%m/%Y"}, "na_values": "-"}
    table = npx.parse_csv(text, **options)
    assert table.mask("t").tolist() == [False, True, True, True]
    with pytest.raises(CsvValueError):
        npx.parse_csv(text, missing="raise", **options)


def test_dtype_chooses_the_unit():
    text = "t,n\n1/1/2026 10:00:00.1234567,1\n"
    layout = {"t": "%d/%m/%Y %H:%M:%S.%f"}
    with pytest.raises(CsvValueError):
        npx.parse_csv(text, dates=layout)
    table = npx.parse_csv(text, dates=layout, dtype={"t": "M8[ns]", ...: str})
    assert table["t"][0] == np.datetime64("2026-01-01T10:00:00.1234567")
    table = npx.parse_csv("t,n\n1/1/2026,1\n", dates={0: "%d/%m/%Y"}, dtype=str)
    assert table["t"].dtype == "M8[D]"
    with pytest.raises(ValueError, match="dates has a layout for column 't', which"):
        npx.parse_csv(text, dates=layout, dtype={"t": int})


def test_layouts_of_all_other_columns():
    table = npx.parse_csv(
        "a,b\n20260131,310126\n", dates={"b": "%d%m%y", ...: "%Y%m%d"}
    )
    assert table["a"].tolist() == table["b"].tolist()
    table = npx.parse_csv("a\n20260131\n", dates={...: "%Y%m%d"})
    assert table["a"].dtype == "M8[D]"


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("", "there is no year"),
        ("%d/%m", "there is no year"),
        ("%Y %Q", "there is no directive %Q"),
        ("%Y-%m-%d %I:%M", "%I and %p go together"),
        ("%Y %y", "%y says again"),
    ],
)
def test_layouts_that_are_no_dates(layout, message):
    with pytest.raises(ValueError, match=f"^dates has {layout!r}: {message}"):
        npx.parse_csv("t\n", dates={"t": layout})


def test_dates_is_a_mapping_of_columns_that_are_there():
    with pytest.raises(TypeError, match="dates is a mapping of columns to layouts"):
        npx.parse_csv("t\n", dates="%Y")
    with pytest.raises(TypeError, match="dates holds layouts such as"):
        npx.parse_csv("t\n", dates={"t": 1})
    with pytest.raises(CsvSchemaError, match="dates: no column 'u'"):
        npx.parse_csv("t\n", dates={"u": "%Y"})


def test_parsers_show_what_they_have():
    parser = npx.CsvParser(decimal=",", thousands=".", dates={"t": "%Y"}, delimiter=";")
    assert repr(parser) == (
        "CsvParser(delimiter=';', dates={'t': '%Y'}, decimal=',', thousands='.')"
    )
