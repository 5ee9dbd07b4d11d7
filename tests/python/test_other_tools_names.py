"""Keywords of other tools: what they are called here."""

import csv
import datetime
import inspect
import traceback

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import _other_tools

OPTIONS = list(inspect.signature(npx.read_csv).parameters)[1:]
CALLS = {
    "read_csv": lambda **options: npx.read_csv(b"a,b\n1,2\n", **options),
    "parse_csv": lambda **options: npx.parse_csv("a,b\n1,2\n", **options),
    "CsvParser": lambda **options: npx.CsvParser(**options),
}


def refused(call: str = "read_csv", **options) -> str:
    with pytest.raises(TypeError) as caught:
        CALLS[call](**options)
    return str(caught.value)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("sep", "delimiter"),
        ("separator", "delimiter"),
        ("delim", "delimiter"),
        ("has_header", "header"),
        ("null_values", "na_values"),
        ("schema_overrides", "dtype"),
        ("schema", "dtype"),
        ("dtypes", "dtype"),
        ("colClasses", "dtype"),
        ("include_columns", "usecols"),
        ("columns", "usecols"),
        ("n_rows", "nrows"),
        ("max_rows", "nrows"),
        ("n_threads", "threads"),
        ("skip_rows", "skiprows"),
        ("quote_char", "quotechar"),
        ("quote", "quotechar"),
        ("delim_whitespace", "delimiter"),
        ("na.strings", "na_values"),
        ("drop", "usecols"),
    ],
)
def test_another_name_is_told_ours(call, theirs, ours):
    message = refused(call, **{theirs: "x"})
    assert message.startswith(f"{call}() got an unexpected keyword argument {theirs!r}")
    assert f"did you mean `{ours}=`?" in message


@pytest.mark.parametrize(
    ("theirs", "advice"),
    [
        ("index_col", "no index"),
        ("parse_dates", "ISO dates and times are found"),
        ("engine", "one engine"),
        ("low_memory", "one engine"),
        ("chunksize", "nrows="),
        ("decimal_comma", "decimal=','"),
        ("infer_schema_length", "whole source"),
        ("stringsAsFactors", "strings='category'"),
        ("usemask", "missing='masked'"),
        ("read_options", "a keyword itself"),
        ("filepath_or_buffer", "first argument"),
    ],
)
def test_name_without_a_counterpart_comes_with_advice(theirs, advice):
    assert advice in refused(**{theirs: 1})


@pytest.mark.parametrize(
    ("misspelt", "ours"),
    [
        ("delimeter", "delimiter"),
        ("use_cols", "usecols"),
        ("skip_row", "skiprows"),
        ("true_value", "true_values"),
        ("DTYPE", "dtype"),
        ("name", "names"),
    ],
)
def test_misspelt_name_is_told_the_nearest(misspelt, ours):
    assert f"did you mean `{ours}=`?" in refused(**{misspelt: None})


def test_name_like_nothing_is_refused_without_a_guess():
    message = refused(zzz=1)
    assert message == "read_csv() got an unexpected keyword argument 'zzz'"


def test_second_positional_argument_is_told_of_keywords():
    with pytest.raises(TypeError, match=r"options are keywords, such as delimiter=','"):
        npx.read_csv("a.csv", ";")
    with pytest.raises(TypeError, match="options are keywords"):
        npx.CsvParser(";")


def test_missing_source_is_the_usual_type_error():
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        npx.read_csv()


def test_error_inside_the_call_is_left_alone():
    def fail(name):
        raise TypeError("mine")

    with pytest.raises(TypeError, match=r"^mine$") as caught:
        npx.read_csv(b"a\n1\n", usecols=fail)
    assert "fail" in [frame.name for frame in traceback.extract_tb(caught.tb)]


def test_tables_of_names_agree_with_the_options():
    assert set(_other_tools.SAME) <= set(OPTIONS)
    theirs = [*_other_tools.OURS, *_other_tools.ADVICE]
    assert len(theirs) == len(set(theirs))
    assert set(theirs).isdisjoint(OPTIONS)
    assert [name for name in theirs if name != name.lower()] == []
    assert set(_other_tools.VALUES) <= set(_other_tools.OURS)


# ---- Values of other tools -------------------------------------------------


@pytest.mark.parametrize("value", [None, 0, "infer"])
def test_header_of_other_tools(value):
    assert "header=False is what other readers call header=None" in refused(
        header=value
    )


@pytest.mark.parametrize(
    ("value", "ours"),
    [(csv.QUOTE_MINIMAL, "standard"), (csv.QUOTE_ALL, "standard"),
     (csv.QUOTE_NONNUMERIC, "standard"), (csv.QUOTE_NONE, "none")],
)  # fmt: skip
def test_quoting_of_the_csv_module(value, ours):
    with pytest.raises(ValueError, match=f"is quoting='{ours}'"):
        npx.parse_csv("a\n1\n", quoting=value)


def test_usecols_of_a_set():
    assert "a set" in refused(usecols={"a"}) or "order" in refused(usecols={"a"})


@pytest.mark.parametrize(
    ("dtype", "advice"),
    [
        ("Int64", "use 'int64', which may have missing cells too"),
        ("Float32", "use 'float32'"),
        ("boolean", "use 'bool'"),
        ("category", "use str"),
        ("string[pyarrow]", "use str"),
        (datetime.date, "datetime64[D]"),
        (datetime.datetime, "datetime64[s]"),
        ("datetime64", "use a unit"),
        (np.datetime64, "use a unit"),
    ],
)
def test_dtypes_of_other_tools(dtype, advice):
    assert advice in refused(dtype=dtype)
    assert advice in refused(dtype={"a": dtype})


def test_words_that_are_numbers():
    assert "write '-999'" in refused(na_values=[-999])
    assert "a str or a sequence of str" in refused(na_values=-999)


def test_encodings_of_other_tools():
    for name in ("utf8-lossy", "WINDOWS", "base64", "rot13", ""):
        with pytest.raises(ValueError, match="encoding must be"):
            npx.read_csv(b"a\n", encoding=name)
    with pytest.raises(ValueError, match="has no surrogates"):
        npx.read_csv(b"a\n", encoding_errors="surrogateescape")
