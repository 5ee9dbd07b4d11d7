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


# All keywords of other readers, in the versions of this year and some before.
READERS = {
    "pandas.read_csv": """
        sep header index_col engine skipinitialspace na_filter verbose parse_dates
        infer_datetime_format keep_date_col date_parser date_format dayfirst cache_dates
        iterator chunksize dialect on_bad_lines error_bad_lines warn_bad_lines
        delim_whitespace low_memory memory_map float_precision storage_options
        dtype_backend squeeze prefix mangle_dupe_cols filepath_or_buffer""",
    "polars.read_csv": """
        has_header columns new_columns separator comment_prefix quote_char skip_rows
        skip_lines schema dtypes schema_overrides null_values ignore_errors
        missing_utf8_is_empty_string try_parse_dates n_threads infer_schema
        infer_schema_length batch_size n_rows low_memory rechunk use_pyarrow
        storage_options skip_rows_after_header row_index_name row_index_offset
        row_count_name row_count_offset sample_size eol_char raise_if_empty
        truncate_ragged_lines decimal_comma with_column_names cache retries
        file_cache_ttl include_file_paths missing_columns credential_provider
        hive_partitioning try_parse_hive_dates""",
    "DuckDB": """
        all_varchar allow_quoted_nulls auto_detect auto_type_candidates buffer_size
        columns dateformat date_format decimal_separator delim escape filename
        force_not_null hive_partitioning hive_types hive_types_autocast ignore_errors
        max_line_size maximum_line_size new_line normalize_names null_padding nullstr
        parallel quote rejects_limit rejects_scan rejects_table sample_size sep skip
        store_rejects strict_mode timestampformat timestamp_format types dtypes
        connection path_or_buffer files_to_sniff""",
    "numpy.genfromtxt, numpy.loadtxt": """
        fname comments skip_header skip_footer missing_values filling_values excludelist
        deletechars replace_space autostrip case_sensitive defaultfmt unpack usemask
        loose invalid_raise max_rows ndmin like""",
    "pyarrow.csv": """
        input_file read_options parse_options convert_options memory_pool use_threads
        block_size skip_rows skip_rows_after_names column_names
        autogenerate_column_names quote_char double_quote escape_char newlines_in_values
        ignore_empty_lines invalid_row_handler check_utf8 column_types null_values
        decimal_point strings_can_be_null quoted_strings_can_be_null include_columns
        include_missing_columns auto_dict_encode auto_dict_max_cardinality
        timestamp_parsers""",
}
THEIRS = sorted({name for names in READERS.values() for name in names.split()})


@pytest.mark.parametrize("theirs", [name for name in THEIRS if name not in OPTIONS])
def test_every_keyword_of_other_readers_has_an_answer(theirs):
    """From the tables, not by likeness: that may lead anywhere."""
    assert theirs in {*_other_tools.OURS, *_other_tools.ADVICE}
    head, _, answer = refused(**{theirs: "x"}).partition("; ")
    assert head.endswith(f"argument {theirs!r}")
    assert len(answer) > 10


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (None, "did you mean `delimiter=`?; 'auto' finds it out"),
        (
            r"\s+",
            "did you mean `delimiter=`?; 'whitespace' takes runs of spaces and tabs",
        ),
        (";", "did you mean `delimiter=`?"),
    ],
)
def test_separator_of_pandas_is_answered_by_its_value(value, answer):
    assert refused(sep=value).endswith(answer)


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
