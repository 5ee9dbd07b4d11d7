"""Tables as text: what is shown, how it aligns, what it never does."""

import re
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext import _column, _display, _number_text, _table, _terminal, _text

TEXT = (
    "station,city,opened,high,rain,visitors,open,code\n"
    "10001,Oslo,2026-01-31,4.25,0.125,9007199254740993,true,7\n"
    "10002,東京,2026-02-01,11.5,,18,true,8\n"
    "10003,\u0391\u03b8\u03ae\u03bd\u03b1,,,12.75,1204,false,9\n"
    "10004,,2026-02-03,-0.5,100,,,010\n"
)
MANY = TEXT + "10005,Rome,2026-02-04,31,0,310,true,11\n" * 2000

GOLDEN = {
    40: """\
station  city    ...  open   code
int64    string       bool   string
-------  ------       -----  ------
  10001  Oslo    ...  True   7
  10002  東京    ...  True   8
  10003  Αθήνα   ...  False  9
  10004  <NA>    ...  <NA>   010
  10005  Rome    ...  True   11
    ...  ...     ...  ...    ...
  10005  Rome    ...  True   11
  10005  Rome    ...  True   11
  10005  Rome    ...  True   11
  10005  Rome    ...  True   11
  10005  Rome    ...  True   11
2,004 rows x 8 columns, 4 not shown
code: string because line 5 has '010',
  an integer with a leading zero""",
    80: """\
station  city    opened         high     ...  visitors          open   code
int64    string  datetime64[D]  float64       int64             bool   string
-------  ------  -------------  -------       ----------------  -----  ------
  10001  Oslo    2026-01-31        4.25  ...  9007199254740993  True   7
  10002  東京    2026-02-01       11.50  ...                18  True   8
  10003  Αθήνα   <NA>              <NA>  ...              1204  False  9
  10004  <NA>    2026-02-03       -0.50  ...              <NA>  <NA>   010
  10005  Rome    2026-02-04       31.00  ...               310  True   11
    ...  ...     ...                ...  ...               ...  ...    ...
  10005  Rome    2026-02-04       31.00  ...               310  True   11
  10005  Rome    2026-02-04       31.00  ...               310  True   11
  10005  Rome    2026-02-04       31.00  ...               310  True   11
  10005  Rome    2026-02-04       31.00  ...               310  True   11
  10005  Rome    2026-02-04       31.00  ...               310  True   11
2,004 rows x 8 columns, 1 not shown
code: string because line 5 has '010', an integer with a leading zero""",
    120: """\
station  city    opened         high     rain     visitors          open   code
int64    string  datetime64[D]  float64  float64  int64             bool   string
-------  ------  -------------  -------  -------  ----------------  -----  ------
  10001  Oslo    2026-01-31        4.25    0.125  9007199254740993  True   7
  10002  東京    2026-02-01       11.50     <NA>                18  True   8
  10003  Αθήνα   <NA>              <NA>   12.750              1204  False  9
  10004  <NA>    2026-02-03       -0.50  100.000              <NA>  <NA>   010
  10005  Rome    2026-02-04       31.00    0.000               310  True   11
    ...  ...     ...                ...      ...               ...  ...    ...
  10005  Rome    2026-02-04       31.00    0.000               310  True   11
  10005  Rome    2026-02-04       31.00    0.000               310  True   11
  10005  Rome    2026-02-04       31.00    0.000               310  True   11
  10005  Rome    2026-02-04       31.00    0.000               310  True   11
  10005  Rome    2026-02-04       31.00    0.000               310  True   11
2,004 rows x 8 columns
code: string because line 5 has '010', an integer with a leading zero""",
}


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


def shown(**columns):
    """Return the cells of a table of these arrays, by name."""
    made = [
        _column.Column.ready(
            npx.Field(name, np.ma.getdata(array).dtype, 0, "given", False),
            len(array),
            array,
            np.ma.getmaskarray(array) if np.ma.isMaskedArray(array) else None,
        )
        for name, array in columns.items()
    ]
    lines = repr(
        _table.Table._from_columns(made, max(map(len, columns.values())))
    ).splitlines()
    return [line.strip() for line in lines[3:-1]]


# ---- Whole tables ----------------------------------------------------------


@pytest.mark.parametrize("width", GOLDEN)
def test_repr_at_width(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    assert repr(npx.parse_csv(MANY)) == GOLDEN[width]


@pytest.mark.parametrize("width", GOLDEN)
def test_repr_of_a_thousand_columns(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    names = ",".join(f"column{i}" for i in range(1000))
    table = npx.parse_csv(names + "\n" + "1," * 999 + "1\n")
    lines = repr(table).splitlines()
    assert max(map(len, lines)) <= width
    names_shown = lines[0].split()
    assert names_shown[0] == "column0"
    assert names_shown[-1] == "column999"
    left_out = 1000 - (len(names_shown) - 1)
    assert lines[-1] == f"1 rows x 1,000 columns, {left_out} not shown"


def test_other_columns_of_a_wide_table_are_not_looked_at(monkeypatch):
    table = npx.parse_csv("1," * 999 + "1\n", header=False)
    seen = []
    preview = _column.Column.preview
    monkeypatch.setattr(
        _column.Column,
        "preview",
        lambda self, *rows: seen.append(self.name) or preview(self, *rows),
    )
    repr(table)
    assert len(seen) < 40


def test_no_string_column_becomes_an_array():
    table = npx.parse_csv(MANY)
    repr(table), table._repr_html_(), repr(table.schema), repr(table.report)
    table._repr_pretty_(Printer(), False)
    assert all(table._columns[name]._array is None for name in ("city", "code"))


def test_tables_without_rows_or_columns():
    assert repr(npx.parse_csv("a,b\n")).splitlines() == [
        "a       b",
        "string  string",
        "------  ------",
        "0 rows x 2 columns",
    ]
    assert repr(npx.parse_csv("a\n1\n", usecols=[])) == "1 rows x 0 columns"


# ---- Cells -----------------------------------------------------------------


def test_cells_of_every_kind():
    masked = np.ma.MaskedArray([1, 2], mask=[False, True])
    assert shown(m=masked) == ["1", "<NA>"]
    assert shown(f=np.array([1.5, np.nan, -np.inf])) == ["1.5", "nan", "-inf"]
    times = np.array(["2026-01-31T06:00", "NaT"], "M8[m]")
    assert shown(t=times) == ["2026-01-31 06:00", "NaT"]
    assert shown(d=np.array([90, -1], "m8[s]")) == ["90 seconds", "-1 seconds"]
    assert shown(b=np.array([True, False])) == ["True", "False"]
    assert shown(s=np.array([b"a\n", b"\xff"])) == [r"b'a\n'", r"b'\xff'"]
    assert shown(u=np.array(["a\nb", "é"])) == [r"a\nb", "é"]
    objects = np.array([None, [1, 2], "x\ny"], dtype=object)
    assert shown(o=objects) == ["<NA>", "[1, 2]", r"x\ny"]
    assert shown(c=np.array([1 + 2j, 0.1234567891j])) == ["1+2j", "0+0.123457j"]
    strings = np.array(["x", "y"], dtype=np.dtypes.StringDType())
    assert shown(t=strings) == ["x", "y"]
    void = np.array([(1, 2.5)], dtype=[("a\x1b", "i4"), ("b", "f4")])
    assert shown(v=void) == ["(1, 2.5)"]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.1, 12.25, 100], ["0.10", "12.25", "100.00"]),
        ([1, 2], ["1.0", "2.0"]),
        ([-0.0, 0.0], ["-0.0", "0.0"]),
        ([1234567.25, 0.5], ["1234567.25", "0.50"]),
        ([1 / 3, 2 / 3], ["0.333333", "0.666667"]),
        ([1000 / 3], ["333.333"]),
        ([1e6 / 3], ["333333.333"]),
        ([1234567.8912345, 1234567.8912346], ["1234567.891234", "1234567.891235"]),
        ([0.1 + 0.2, 0.3], ["0.30000000000000004", "0.30000000000000000"]),
        ([1e-7, 1.5], ["0.0000001", "1.5000000"]),
        ([1e300, 0.1, 0], ["1e+300", "1e-001", "0e+000"]),
        ([1e-300 / 3, 7], ["3.33333e-301", "7.00000e+000"]),
        ([5e-324], ["5e-324"]),
        ([123456789012345.0], ["123456789012345.0"]),
        ([2.0**60, 1.0], ["1.15292e+18", "1.00000e+00"]),
        ([np.inf, 1.5, np.nan], ["inf", "1.5", "nan"]),
        ([np.inf], ["inf"]),
        ([], []),
    ],
)
def test_floats_of_a_column_have_one_precision(values, texts):
    assert _number_text.float_texts(list(np.array(values)), 6) == texts


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g"])
def test_short_floats_of_every_size_are_exact(dtype):
    values = list(np.array(["0.1", "2.5", "1e-3", "64"]).astype(dtype))
    texts = ["0.100", "2.500", "0.001", "64.000"]
    assert _number_text.float_texts(values, 6) == texts


@given(
    st.lists(st.floats(-1e300, 1e300), max_size=10),
    st.integers(1, 17),
)
@example([0.30000000000000004, 0.3], 1)
def test_floats_that_differ_look_different(values, precision):
    texts = _number_text.float_texts(list(np.array(values)), precision)
    assert len(set(texts)) == len({str(value) for value in values})
    places = {re.fullmatch(r"-?\d+\.?(\d*)(e[+-]\d+)?", text)[1] for text in texts}
    assert len({len(decimals) for decimals in places}) <= 1
    for value, text in zip(values, texts, strict=True):
        assert float(text) == pytest.approx(value, rel=0.51 * 10 ** (1 - precision))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=10))
def test_short_decimals_are_exact(cents):
    values = np.array(cents) / 100
    texts = _number_text.float_texts(list(values), 6)
    assert [float(text) for text in texts] == list(values)


# ---- Characters ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("ｶﾅ", 2),
        ("e\u0301", 1),
        ("\u1112\u1161\u11ab", 2),
        ("😀", 2),
        ("👍🏽", 2),
        ("👩\u200d💻", 2),
        ("👨\u200d👩\u200d👧", 2),
        ("❤\ufe0f", 2),
        ("❤", 1),
        ("🇮🇸", 2),
        ("\u200e\u05d0\u05d1\u200e", 2),
    ],
)
def test_width_of_text(text, width):
    assert _text.text_width(text) == width
    assert _text.text_width(_text.padded(text, 9)) == 9
    assert _text.padded(text, 9, right=True).endswith(text)


def test_wide_characters_keep_the_columns_aligned():
    lines = repr(
        npx.parse_csv("名,n\n日本語,1\ne\u0301,2\n👩\u200d💻,3\n")
    ).splitlines()
    widths = {_text.text_width(line[: line.rindex(line[-1])]) for line in lines[3:6]}
    assert len(widths) == 1


def test_letters_from_right_to_left_do_not_turn_the_row():
    line = repr(npx.parse_csv("a,b,c\n1,\u05d0\u05d1,2\n")).splitlines()[3]
    assert line.split() == ["1", "\u200e\u05d0\u05d1\u200e", "2"]


@pytest.mark.parametrize(
    "character",
    [
        *map(chr, [*range(32), *range(0x7F, 0xA1), *range(0x2028, 0x202F), 0xAD]),
        *"\u061c\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff\u3000\ue000\U000e0041",
        "\ud800",
    ],
)
def test_what_moves_hides_or_turns_is_escaped(character):
    text = f"a{character}é{character}b"
    shown = _text.escaped(text)
    assert shown.isprintable()
    assert shown.count(ascii(character)[1:-1]) == 2


def test_joiners_stay_where_a_script_needs_them():
    persian = "\u0645\u06cc\u200c\u062e 👩\u200d💻"
    assert _text.escaped(persian) == persian
    assert _text.escaped("pay\u200dpal\u200c") == r"pay\u200dpal\u200c"
    assert _text.escaped("\u200dx") == r"\u200dx"


@given(st.text(), st.integers(4, 40))
@example("日" * 100, 5)
@example("e" + "\u0301" * 1000, 9)
def test_clipped_text_fits_and_is_one_line(text, limit):
    shown = _text.clipped(text, limit)
    assert _text.text_width(shown) <= limit
    assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in shown)
    whole = _text.escaped(text)
    assert shown == whole or (
        shown.endswith("...") and whole.startswith(shown[:-3]) and shown != text
    )


@given(st.text(alphabet="ab 日", max_size=80), st.integers(10, 40))
def test_wrapped_text_keeps_its_words(text, width):
    lines = _text.wrapped(text, width)
    assert " ".join(lines).split() == text.split()
    for line in lines:
        assert _text.text_width(line) <= width or len(line.split()) == 1


@given(st.lists(st.text(min_size=1, max_size=50), min_size=1, max_size=5))
def test_repr_of_any_text_has_its_lines_and_fits(cells):
    objects = np.array([*cells, None], dtype=object)
    lines = shown(o=objects)
    assert len(lines) == len(cells) + 1
    assert all(_text.text_width(line) <= _display.CELL_WIDTH for line in lines)


# ---- Schema ----------------------------------------------------------------


def test_repr_of_a_schema_escapes_and_aligns():
    table = npx.parse_csv('"日本","a\nb"\n1,x\n')
    assert repr(table.schema).splitlines() == [
        "日本  int64   line 3 has '1', an integer",
        r"a\nb  string  line 3 has 'x', text",
    ]


# ---- IPython ---------------------------------------------------------------


class Printer:
    """The two methods of IPython's pretty printer that are used."""

    def __init__(self):
        self.lines = [""]

    def text(self, text):
        self.lines[-1] += text

    def break_(self):
        self.lines.append("")


def pretty(table):
    printer = Printer()
    table._repr_pretty_(printer, False)
    return "\n".join(printer.lines)


@pytest.fixture
def on_terminal(monkeypatch):
    """Let every stream be a terminal."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(_terminal, "is_terminal", lambda stream: True)


def without_color(text):
    return re.sub(r"\x1b\[\d+m", "", text)


def test_pretty_printed_table_is_its_repr():
    table = npx.parse_csv(TEXT)
    assert pretty(table) == repr(table)


def test_ipython_greys_missing_cells_on_a_terminal(on_terminal):
    table = npx.parse_csv(TEXT)
    assert without_color(pretty(table)) == repr(table)
    assert pretty(table).count("\x1b[90m<NA>\x1b[0m") == repr(table).count("<NA>") == 6
    assert "\x1b" not in repr(table)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_environment_says_no_to_color(on_terminal, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    table = npx.parse_csv(TEXT)
    assert pretty(table) == repr(table)
    with npx.set_options(color=True):
        assert pretty(table) == repr(table)
        assert "\x1b[90m" in repr(table)


def test_color_can_be_switched_off(on_terminal):
    with npx.set_options(color=False):
        assert "\x1b" not in pretty(npx.parse_csv(TEXT))


def test_pretty_table_inside_a_list_is_indented():
    pretty_module = pytest.importorskip("IPython.lib.pretty")
    table = npx.parse_csv("a\n1\n")
    text = pretty_module.pretty([table])
    assert text == "[a\n int64\n -----\n     1\n 1 rows x 1 columns]"


def test_completions_are_the_names():
    assert npx.parse_csv("a,b c\n")._ipython_key_completions_() == ["a", "b c"]


def test_repr_can_be_printed_as_ascii():
    code = (
        "import numpy_ext as npx; t = npx.parse_csv('a,b\\n1,\\n'); print(t, t.report)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr


def test_times_that_are_utc_say_so():
    table = npx.parse_csv("when,day\n2026-01-31T06:00:00+01:00,2026-01-31\n")
    assert "datetime64[s] UTC    datetime64[D]" in repr(table)
    assert "datetime64[s] UTC" in repr(table.schema)
    assert "datetime64[s] UTC" in table._repr_html_()
    assert "datetime64[s] UTC" in repr(table.report)
