"""What to write here instead of the keyword another tool has for it.

Imported only when a call has failed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from numpy_ext._dialect import BLANKS

__all__ = ["explain_keyword"]

# Our keyword: what others call it. Compared in lower case.
SAME: Final = {
    "delimiter": "sep separator delim delim_char delim_whitespace field_delimiter fs",
    "quotechar": "quote quote_char quotesym",
    "escapechar": "escape_char escape",
    "decimal": "dec decimal_point decimal_mark decimal_separator",
    "thousands": "thousands_sep grouping_mark big_mark",
    "dates": "date_format timestampformat timestamp_format dateformat "
    "timestamp_parsers",
    "lineterminator": "eol_char line_terminator new_line",
    "comment": "comments comment_prefix comment_char",
    "doublequote": "double_quote",
    "header": "has_header has_header_row",
    "names": "col_names column_names new_columns colnames",
    "usecols": "columns include_columns col_select select projection drop",
    "dtype": "dtypes schema schema_overrides column_types col_types colclasses types",
    "na_values": "null_values nullstr nullstrings na na_strings na.strings "
    "missing_values",
    "keep_default_na": "na_filter",
    "skipfooter": "skip_footer footer",
    "skiprows": "skip skip_rows skip_lines skiplines skip_header",
    "nrows": "n_rows max_rows n_max row_limit limit",
    "skip_blank_lines": "ignore_empty_lines skip_empty_lines blank_lines_skip",
    "strip": "skipinitialspace autostrip strip_white strip_whitespace trim_ws",
    "ragged": "fill truncate_ragged_lines null_padding invalid_raise",
    "quoting": "strict_mode",
    "on_error": "on_bad_lines error_bad_lines warn_bad_lines ignore_errors "
    "invalid_row_handler store_rejects rejects_table rejects_scan stoponerror",
    "max_errors": "rejects_limit max_bad_records maxerrors",
    "encoding": "charset file_encoding",
    "encoding_errors": "errors decode_errors check_utf8",
    "filename_column": "include_file_paths filename file_column",
    "union_by_name": "diagonal fill_missing_columns missing_columns",
    "compression": "compress compression_type decompress",
    "threads": "n_threads num_threads nthread nthreads use_threads parallel",
    "progress": "verbose show_progress progress_bar",
}
OURS: Final = {name: ours for ours, names in SAME.items() for name in names.split()}

DATE_VALUE: Final = "a mapping of names to layouts, {'when': '%d/%m/%Y'}"

# More to say about some of them.
VALUES: Final = {
    "schema": "a mapping of names to dtypes, or a structured dtype",
    "na_filter": "keep_default_na=False takes no word for a missing cell",
    "use_threads": "threads=1 reads on one thread",
    "parallel": "threads=1 reads on one thread",
    "skipinitialspace": "it removes blanks around strings and around quotes",
    "delim_whitespace": "delimiter='whitespace' takes runs of blanks",
    "date_format": DATE_VALUE,
    "timestampformat": DATE_VALUE,
    "dateformat": DATE_VALUE,
    "on_bad_lines": "on_error='skip' leaves them out and warns, 'collect' keeps them "
    "in t.rejects",
    "ignore_errors": "on_error='skip' leaves bad records out and warns; dtype=str "
    "reads every value",
    "invalid_row_handler": "a callable gets a CsvError for each bad record",
    "store_rejects": "on_error='collect' keeps them in t.rejects",
    "rejects_table": "on_error='collect' keeps them in t.rejects",
    "rejects_scan": "on_error='collect' keeps them in t.rejects",
    "strict_mode": "quoting='lenient' keeps text behind a closing quote, ragged= takes "
    "records of another length",
    "check_utf8": "encoding_errors='replace' reads on",
    "invalid_raise": "ragged='both' takes records of another length, on_error='skip' "
    "leaves them out and warns",
    "columns": "dtype= takes a mapping of names to types",
    "comments": "one text, such as '#'",
    "new_line": "LF, CRLF and CR need none",
    "missing_columns": "what a file does not have is missing",
    "truncate_ragged_lines": "ragged='truncate' cuts long records, 'both' fills short "
    "ones too",
    "null_padding": "ragged='pad' fills short records, 'both' cuts long ones too",
    "fill": "ragged='pad' fills short records with missing cells",
    "drop": "a function of the name, lambda name: name not in {'x'}",
    "types": "a mapping of names to dtypes",
}

NO_INDEX: Final = "a table has no index; every column is one of its arrays"
DATES: Final = (
    "ISO dates and times are found by themselves, dtype={'when': 'datetime64[s]'} asks "
    "for a unit, and dates={'when': '%d/%m/%Y'} for another layout"
)
WHOLE: Final = "types are settled by the whole source, never by a sample"
ONE_WAY: Final = "there is one engine, leave it out"
PIECES: Final = "a source is read at once; nrows= reads its first rows only"
LINES: Final = "line breaks inside quotes belong to the value, leave it out"

# What there is no keyword for, and what to do.
INSTEAD: Final = {
    "index_col row_names row_index_name row_index_offset row_count_name "
    "row_count_offset": NO_INDEX,
    "parse_dates date_parser dayfirst infer_datetime_format try_parse_dates "
    "keep_date_col cache_dates": DATES,
    "infer_schema infer_schema_length sample_size guess_max auto_detect files_to_sniff "
    "auto_type_candidates loose": WHOLE,
    "engine low_memory memory_map mmap use_pyarrow float_precision rechunk": ONE_WAY,
    "chunksize iterator batch_size block_size buffer_size": PIECES,
    "storage_options credential_provider retries file_cache_ttl cache": "pass a file "
    "object of the library that opens such addresses",
    "hive_partitioning hive_types hive_types_autocast "
    "try_parse_hive_dates": "glob=True reads files in folders, filename_column= has "
    "the path of each row",
    "max_line_size maximum_line_size": "a record has at most 2 GiB, leave it out",
    "missing_utf8_is_empty_string strings_can_be_null quoted_strings_can_be_null "
    "allow_quoted_nulls force_not_null": "an empty field is missing, a quoted one is "
    "an empty string; na_values= are words for missing, quoted or not, and missing= "
    "says what stands for one",
    "raise_if_empty": "names= gives an empty source columns",
    "include_missing_columns": "union_by_name=True reads files with different columns",
    "auto_dict_encode auto_dict_max_cardinality": "strings='category' gives strings "
    "numbers",
    "memory_pool connection like": "leave it out, columns are NumPy arrays",
    "decimal_comma": "decimal=',' reads such numbers",
    "newlines_in_values": LINES,
    "skip_rows_after_header skip_rows_after_names": "skiprows= takes the numbers of "
    "lines: skiprows=[1, 2]",
    "dtype_backend": "columns are NumPy arrays; strings= chooses how strings are kept",
    "filling_values missing_value fill_value": "t[name].filled(value) fills the "
    "missing cells of a masked array",
    "all_varchar": "dtype=str reads every column as strings",
    "stringsasfactors": "strings='category' gives strings numbers",
    "mangle_dupe_cols prefix autogenerate_column_names with_column_names "
    "normalize_names excludelist deletechars replace_space case_sensitive "
    "defaultfmt": "names= gives the columns names of your choice, t.rename changes "
    "some",
    "usemask": "missing='masked' makes every column a masked array",
    "read_options parse_options convert_options": "each option is a keyword itself",
    "filepath_or_buffer path_or_buffer input_file fname": "the source is the first "
    "argument, without a keyword",
    "dialect": "delimiter=, quotechar=, escapechar=, doublequote=, quoting= and "
    "lineterminator= say the same",
    "unpack": "x, y = t.values() does it",
    "ndmin squeeze": "columns are always arrays of one dimension",
    "lines orient typ": "every line is one record, an object; leave it out",
    "convert_axes": NO_INDEX,
    "flatten max_level unnest": "nested values stay one column, of their JSON as text",
    "convert_dates keep_default_dates date_unit": DATES,
    "precise_float": "floats are correctly rounded, leave it out",
    "maximum_object_size maximum_depth": "a record has at most 2 GiB, and 1024 arrays "
    "and objects inside one another",
}
ADVICE: Final = {
    name: text for names, text in INSTEAD.items() for name in names.split()
}


# What an option of ours is where there is none.
WITHOUT: Final = {
    "compression": "compressed sources are decompressed by themselves, leave it out",
}


def explain_keyword(
    function: str, keyword: str, options: Iterable[str], value: object = ""
) -> str:
    """Return the message for a keyword that is none of the options."""
    message = f"{function}() got an unexpected keyword argument {keyword!r}"
    known = keyword.lower()
    options = list(options)
    ours = OURS.get(known)
    if ours in options:
        more = f"; {VALUES[known]}" if known in VALUES else ""
        if ours == "delimiter" and value is None:
            more = "; 'auto' finds it out"
        elif ours == "delimiter" and value in BLANKS:
            more = "; 'whitespace' takes runs of spaces and tabs"
        return f"{message}; did you mean `{ours}=`?{more}"
    if OURS.get(known, known) in WITHOUT:
        return f"{message}; {WITHOUT[OURS.get(known, known)]}"
    if known in ADVICE:
        advice = ADVICE[known].replace("read_csv(", f"{function}(")
        return f"{message}; {advice}"
    close = difflib.get_close_matches(known, options, n=1, cutoff=0.7)
    if close:
        return f"{message}; did you mean `{close[0]}=`?"
    return message
