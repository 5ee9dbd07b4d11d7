"""Options of the readers beyond delimiter, quotes and names: lines, words, columns."""

import inspect
import io
import sys
import types

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import _options, _progress
from numpy_ext.errors import CsvDialectError, CsvSchemaError, CsvValueError

STRING = np.dtypes.StringDType()
SIGNATURE = inspect.signature(npx.read_csv).parameters


def lists(table: npx.Table) -> dict[str, list]:
    """Return the values of each column, None where masked."""
    return {name: array.tolist() for name, array in table.items()}


# ---- Signatures ------------------------------------------------------------


def test_readers_and_parser_take_the_same_options():
    options = list(SIGNATURE.values())[1:]
    assert list(inspect.signature(npx.parse_csv).parameters.values())[1:] == options
    assert list(inspect.signature(npx.CsvParser).parameters.values()) == options
    assert [p.name for p in options] == list(_options.KEYWORDS)
    assert all(p.kind is p.KEYWORD_ONLY for p in options)


def test_defaults_are_those_of_the_signatures():
    defaults = [p.default for p in list(SIGNATURE.values())[1:]]
    assert _options.csv_options(*defaults) == _options.DEFAULTS


def test_every_option_is_documented():
    doc = inspect.getdoc(npx.read_csv)
    for name in _options.KEYWORDS:
        assert name in doc, name


def test_options_of_a_usual_call_are_looked_up():
    defaults = [p.default for p in list(SIGNATURE.values())[1:]]
    assert _options.csv_options(*defaults) is _options.csv_options(*defaults)


def test_equal_values_of_another_type_are_not_taken_for_each_other():
    assert npx.parse_csv("x\n2\n", header=True, names=["a"]).num_rows == 1
    npx.parse_csv("a\n1\n", strip=True)
    with pytest.raises(TypeError):
        npx.parse_csv("a\n1\n", strip=1)
    npx.parse_csv("a\n1\n", skiprows=0)
    with pytest.raises(TypeError):
        npx.parse_csv("a\n1\n", skiprows=False)
    npx.parse_csv("a,b\n1,2\n", usecols=(0, 1))
    with pytest.raises(TypeError):
        npx.parse_csv("a,b\n1,2\n", usecols=(False, True))


# ---- quoting= and doublequote= ---------------------------------------------


def test_quoting_standard_takes_a_stray_quote_as_text():
    table = npx.parse_csv('a,b\n5" pipe,1\n', quoting="standard")
    assert table["a"].tolist() == ['5" pipe']


def test_quoting_strict_refuses_a_stray_quote():
    with pytest.raises(CsvDialectError) as caught:
        npx.parse_csv('a,b\n5" pipe,1\n', quoting="strict")
    assert caught.value.code == "NX203"
    assert "quoting='standard'" in caught.value.hint
    assert npx.parse_csv('a\n"x"\n', quoting="strict")["a"].tolist() == ["x"]


def test_quoting_lenient_keeps_text_after_a_closing_quote():
    text = 'a,b\n"ab"c,1\n"a"b"c,2\n'
    table = npx.parse_csv(text, quoting="lenient")
    assert table["a"].tolist() == ["abc", 'ab"c']
    with pytest.raises(CsvDialectError) as caught:
        npx.parse_csv(text)
    assert "quoting='lenient'" in caught.value.hint


def test_quoting_none_takes_every_quote_as_text():
    text = 'a,b\n"x,"y"\n'
    assert npx.parse_csv(text, quoting="none")["a"].tolist() == ['"x']
    assert lists(npx.parse_csv(text, quotechar=None)) == lists(
        npx.parse_csv(text, quoting="none")
    )


def test_doublequote_false_closes_at_every_quote():
    with pytest.raises(CsvDialectError):
        npx.parse_csv('a\n"x""y"\n', doublequote=False)
    text = 'a\n"x""y"\n'
    lenient = npx.parse_csv(text, doublequote=False, quoting="lenient")
    assert lenient["a"].tolist() == ['x"y"']


@pytest.mark.parametrize("value", ["STRICT", "minimal", None, 7, True])
def test_quoting_is_one_of_four(value):
    with pytest.raises(ValueError, match=r'quoting must be .*"lenient" or "none"'):
        npx.parse_csv("a\n", quoting=value)


@pytest.mark.parametrize("option", ["doublequote", "keep_default_na", "strip"])
@pytest.mark.parametrize("value", [1, None, "yes", np.True_])
def test_flags_are_bools(option, value):
    with pytest.raises(TypeError, match=f"^{option} must be True or False, got"):
        npx.parse_csv("a\n", **{option: value})


# ---- usecols= --------------------------------------------------------------

WIDE = "a,b,c,d\n1,x,2.5,true\n"


@pytest.mark.parametrize(
    ("usecols", "names"),
    [
        (slice(2), ("a", "b")),
        (slice(1, None), ("b", "c", "d")),
        (slice(None, None, -2), ("d", "b")),
        (slice(-1, None), ("d",)),
        (slice(9, 12), ()),
        (lambda name: name in "db", ("b", "d")),
        (str.isupper, ()),
    ],
)
def test_usecols_by_slice_or_predicate(usecols, names):
    table = npx.parse_csv(WIDE, usecols=usecols)
    assert table.names == names
    assert table.num_rows == 1


def test_usecols_predicate_is_asked_at_every_read():
    asked = []
    for _ in range(2):
        npx.parse_csv(WIDE, usecols=lambda name: asked.append(name) or True)
    assert asked == list("abcd") * 2


@pytest.mark.parametrize("usecols", [slice("a", "b"), slice(0, 2, 0), slice(1.0)])
def test_usecols_slice_is_of_positions(usecols):
    with pytest.raises(TypeError, match="usecols takes a slice of positions"):
        npx.parse_csv(WIDE, usecols=usecols)


def test_option_by_column_may_name_a_column_that_is_not_read():
    table = npx.parse_csv(WIDE, usecols=["a"], dtype={"c": "float32", "a": "int8"})
    assert table["a"].dtype == np.int8


@pytest.mark.parametrize(
    "option", ["dtype", "na_values", "missing", "strings", "leading_zeros"]
)
def test_option_by_column_names_columns_that_are_there(option):
    value = {
        "dtype": "int8",
        "na_values": "-",
        "missing": "masked",
        "strings": "object",
        "leading_zeros": "int",
    }[option]
    with pytest.raises(CsvSchemaError, match=f"{option}: no column 'A'; there") as e:
        npx.parse_csv(WIDE, **{option: {"A": value}})
    assert e.value.code == "NX503"
    with pytest.raises(CsvSchemaError, match=f"{option}: no column 4; there are 4"):
        npx.parse_csv(WIDE, **{option: {4: value}})
    with pytest.raises(ValueError, match=f"{option} has column 'a' twice"):
        npx.parse_csv(WIDE, **{option: {"a": value, 0: value}})
    with pytest.raises(TypeError, match=f"the keys of {option} are names"):
        npx.parse_csv(WIDE, **{option: {None: value}})
    npx.parse_csv(WIDE, **{option: {3: None, ...: None}})


def test_names_in_a_message_are_not_too_many():
    wide = ",".join(f"c{i}" for i in range(1000))
    with pytest.raises(CsvSchemaError, match="'c19' and 980 more") as caught:
        npx.parse_csv(wide, usecols=["C7"])
    assert len(caught.value.message) < 300


# ---- na_values= and keep_default_na= ---------------------------------------


@pytest.mark.parametrize("words", ["-", ["-"], ("-", "?"), {"-"}, np.array(["-"])])
def test_na_values_are_missing(words):
    table = npx.parse_csv("n,s\n1,-\n-,x\n", na_values=words)
    assert lists(table) == {"n": [1, None], "s": ["", "x"]}
    assert table.mask("s").tolist() == [True, False]


def test_na_values_by_column():
    text = "a,b,c\n-,-,?\n1,2,3\n"
    table = npx.parse_csv(text, na_values={"a": "-", 2: ["?"], ...: "none"})
    assert lists(table) == {"a": [None, 1], "b": ["-", "2"], "c": [None, 3]}


def test_na_values_count_in_strings_quoted_or_not():
    table = npx.parse_csv('s\n"gone"\ngone\nhere\nNA\n', na_values="gone")
    assert table.mask("s").tolist() == [True, True, False, False]
    assert table["s"].tolist() == ["", "", "here", "NA"]


def test_keep_default_na_false_takes_no_word_but_the_empty_field():
    text = "n,m\n1,1\nNA,\n"
    table = npx.parse_csv(text, keep_default_na=False)
    assert table["n"].tolist() == ["1", "NA"]
    assert table["m"].tolist() == [1, None]
    table = npx.parse_csv(text, keep_default_na=False, na_values="NA")
    assert table["n"].tolist() == [1, None]


def test_true_and_false_values():
    text = "a,b\nyes,1\nno,0\n,true\n"
    table = npx.parse_csv(text, true_values=["yes", "1"], false_values="no")
    assert table["a"].tolist() == [True, False, None]
    assert table["b"].dtype == STRING  # 1 is a number unless bool is asked for
    table = npx.parse_csv(text, true_values=["yes", "1"], false_values=["no", "0"],
                          dtype=bool)  # fmt: skip
    assert table["b"].tolist() == [True, False, True]
    with pytest.raises(ValueError, match="true_values and false_values both have 'y'"):
        npx.parse_csv(text, true_values="y", false_values=["n", "y"])


@pytest.mark.parametrize("option", ["na_values", "true_values", "false_values"])
@pytest.mark.parametrize("value", [1, b"x", [1], [None], [b"x"]])
def test_words_are_str(option, value):
    with pytest.raises(TypeError, match=f"{option} is compared with the text of cells"):
        npx.parse_csv("a\n", **{option: value})


def test_words_are_of_a_reasonable_length():
    word = "é" * 127 + "x"
    assert npx.parse_csv(f"a\n1\n{word}\n", na_values=word)["a"].tolist() == [1, None]
    with pytest.raises(ValueError, match="na_values has a word of more than 255 bytes"):
        npx.parse_csv("a\n", na_values=["-", word + "x"])


# ---- skiprows=, nrows=, strip=, leading_zeros= -----------------------------


def test_skiprows_drops_lines_whatever_is_in_them():
    text = '\ufeff"title\n\na,b\n1,2\n'
    assert lists(npx.parse_csv(text, skiprows=2)) == {"a": [1], "b": [2]}
    with pytest.raises(CsvSchemaError, match="the source is empty"):
        npx.parse_csv(text, skiprows=10)


def test_places_count_the_lines_that_were_skipped():
    with pytest.raises(npx.errors.CsvRaggedError) as caught:
        npx.parse_csv("title\na,b\n1\n", skiprows=1)
    error = caught.value
    assert (error.line, error.record, error.byte) == (3, 1, 10)


@pytest.mark.parametrize("nrows", [0, 1, 2, 3, 100])
def test_nrows_reads_at_most_so_many(nrows):
    table = npx.parse_csv("a\n1\n2\n3\n", nrows=nrows)
    assert table.num_rows == min(nrows, 3)
    assert table["a"].tolist() == [1, 2, 3][:nrows]


def test_what_follows_nrows_is_not_looked_at():
    text = 'a,b\n1,2\n3,4\nx,\xff,,"\n'
    table = npx.read_csv(text.encode("latin-1"), nrows=2)
    assert lists(table) == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize("option", ["skipfooter", "nrows"])
def test_counts_are_integers_from_zero_on(option):
    assert npx.parse_csv("a\n", **{option: np.int64(0)}).num_rows == 0
    with pytest.raises(ValueError, match=f"{option} must not be negative, got -1"):
        npx.parse_csv("a\n", **{option: -1})
    for value in (1.0, "1", [1], True):
        with pytest.raises(TypeError, match=f"{option} must be an int, got"):
            npx.parse_csv("a\n", **{option: value})


def test_counts_may_be_beyond_all_sources():
    assert npx.parse_csv("a\n1\n", nrows=2**70)["a"].tolist() == [1]
    assert npx.parse_csv("a\n1\n", skiprows=2**70, names=["a"]).num_rows == 0


def test_strip_removes_blanks_around_unquoted_strings():
    text = 's,t\n a\t,"  b "\n  ,x y\n'
    table = npx.parse_csv(text, strip=True)
    assert lists(table) == {"s": ["a", ""], "t": ["  b ", "x y"]}
    assert table.mask("s").tolist() == [False, True]
    assert npx.parse_csv(text)["s"].tolist() == [" a\t", "  "]


def test_leading_zeros():
    text = "zip,n\n00501,007\n10001,8\n"
    assert npx.parse_csv(text)["n"].tolist() == ["007", "8"]
    assert npx.parse_csv(text, leading_zeros="int")["zip"].tolist() == [501, 10001]
    table = npx.parse_csv(text, leading_zeros={"n": "int"})
    assert lists(table) == {"zip": ["00501", "10001"], "n": [7, 8]}


# ---- Encodings -------------------------------------------------------------


@pytest.mark.parametrize("value", ["utf-8", "UTF-8", "utf8", "utf_8", "utf-8-sig"])
def test_encoding_is_utf8(value):
    assert npx.read_csv("\ufeffé\n1\n".encode(), encoding=value).names == ("é",)
    for other in (None, 65001, b"utf-8"):
        with pytest.raises(TypeError, match="encoding must be a str"):
            npx.read_csv(b"a\n", encoding=other)


# ---- progress= -------------------------------------------------------------

LONG = b"a,b\n" + b"1,2\n" * 2_000_000


def test_progress_calls_a_callable():
    calls = []
    table = npx.read_csv(LONG, progress=lambda done, total: calls.append((done, total)))
    assert table.num_rows == 2_000_000
    for done, total in calls:
        assert 0 <= done <= total <= len(LONG)
    assert calls == sorted(calls)


def test_exception_in_a_progress_callable_cancels_the_read():
    def stop(done, total):
        raise RuntimeError("enough")

    try:
        npx.read_csv(LONG, progress=stop)
    except RuntimeError as error:
        assert str(error) == "enough"  # a fast machine may be done before


@pytest.mark.parametrize("value", ["yes", 1, 0, [], b"auto"])
def test_progress_is_a_flag_auto_or_callable(value):
    with pytest.raises(TypeError, match=r"^progress must be True, False"):
        npx.parse_csv("a\n", progress=value)


def test_bar_is_shown_only_where_somebody_looks(monkeypatch):
    big = 1 << 30
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert _progress.progress_bar("auto", big) is None
    assert _progress.progress_bar(False, big) is None
    assert _progress.progress_bar(True, 1) is not None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert _progress.progress_bar("auto", big) is not None
    assert _progress.progress_bar("auto", 1000) is None
    monkeypatch.setattr(sys, "stderr", None)
    assert _progress.progress_bar("auto", big) is None


@pytest.mark.parametrize("installed", [True, False])
def test_bar_goes_on_and_ends(monkeypatch, installed):
    made = []

    class Tqdm(_progress.PlainBar):
        def __init__(self, **options):
            super().__init__(**options)
            made.append(self)

    fake = types.SimpleNamespace(tqdm=Tqdm) if installed else None
    monkeypatch.setitem(sys.modules, "tqdm", fake)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    bar = _progress.progress_bar(True, 200_000_000)
    bar(50_000_000, 200_000_000)
    bar(200_000_000, 200_000_000)
    bar.close()
    assert len(made) == installed
    shown = sys.stderr.getvalue()
    assert shown.split("\r")[1:] == [
        "reading CSV:  25% of 200 MB",
        "reading CSV: 100% of 200 MB\n",
    ]


def test_bar_waits(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar = _progress.progress_bar("auto", 1 << 30)
    bar(1, 1 << 30)
    bar.close()
    assert sys.stderr.getvalue() == ""


def test_value_errors_are_value_errors():
    assert issubclass(CsvValueError, (npx.errors.CsvError, ValueError))
