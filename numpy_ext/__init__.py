r"""CSV text to typed NumPy columns, in C.

>>> import numpy_ext as npx
>>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,31.0\n")
>>> t["high"].mean()
np.float64(25.25)
"""

from typing import TYPE_CHECKING

try:
    from numpy_ext._info import info
except ImportError as _error:
    raise ImportError(
        "numpy_ext._native is missing or cannot be loaded. If Python runs in the "
        "source tree, install the package and start Python elsewhere: "
        "`./dev build` does the first."
    ) from _error

if TYPE_CHECKING:
    from numpy_ext import errors, guide, ufuncs
    from numpy_ext._csv import parse_csv, read_csv
    from numpy_ext._digest import hash64, sha256, sha256_chunks, sha256_hex
    from numpy_ext._from_text import Conversion, from_text
    from numpy_ext._groups import (
        Factorized,
        ValueCounts,
        factorize,
        unique,
        value_counts,
    )
    from numpy_ext._json import to_json, write_ndjson
    from numpy_ext._ndjson import parse_ndjson, read_ndjson
    from numpy_ext._order import lexsort
    from numpy_ext._parser import CsvParser
    from numpy_ext._pattern import Pattern
    from numpy_ext._pattern_items import Matches
    from numpy_ext._ranking import TopK, rank, top_k
    from numpy_ext._reduce_extremes import MinMax, minmax
    from numpy_ext._reduce_extremes import max as max
    from numpy_ext._reduce_extremes import min as min
    from numpy_ext._reduce_moments import std, var
    from numpy_ext._reduce_norm import dot, norm
    from numpy_ext._reduce_sums import mean, sqrt_sum, sum_of_squares
    from numpy_ext._reduce_sums import sum as sum
    from numpy_ext._report import Report
    from numpy_ext._schema import Field, Schema
    from numpy_ext._search import searchsorted
    from numpy_ext._settings import get_options, set_options
    from numpy_ext._sniff import sniff_csv
    from numpy_ext._sniffed import Dialect
    from numpy_ext._sort import argsort
    from numpy_ext._sort import sort as sort
    from numpy_ext._square import square
    from numpy_ext._table import Table
    from numpy_ext._threads import num_threads
    from numpy_ext._to_text import to_text
    from numpy_ext._word_counter import WordCounter
    from numpy_ext._words import word_count

__all__ = [
    "Conversion",
    "CsvParser",
    "Dialect",
    "Factorized",
    "Field",
    "Matches",
    "MinMax",
    "Pattern",
    "Report",
    "Schema",
    "Table",
    "TopK",
    "ValueCounts",
    "WordCounter",
    "argsort",
    "dot",
    "errors",
    "factorize",
    "from_text",
    "get_options",
    "guide",
    "hash64",
    "info",
    "lexsort",
    "mean",
    "minmax",
    "norm",
    "num_threads",
    "parse_csv",
    "parse_ndjson",
    "rank",
    "read_csv",
    "read_ndjson",
    "searchsorted",
    "set_options",
    "sha256",
    "sha256_chunks",
    "sha256_hex",
    "sniff_csv",
    "sqrt_sum",
    "square",
    "std",
    "sum_of_squares",
    "to_json",
    "to_text",
    "top_k",
    "ufuncs",
    "unique",
    "value_counts",
    "var",
    "word_count",
    "write_ndjson",
]

__version__ = str(info()["version"])

del TYPE_CHECKING

# The module of each name, which is imported when somebody asks for the name: importing
# all of them takes much longer than what most programs need of them.
_HOMES = {
    "Conversion": "_from_text",
    "CsvParser": "_parser",
    "Dialect": "_sniffed",
    "Factorized": "_groups",
    "Field": "_schema",
    "Matches": "_pattern_items",
    "MinMax": "_reduce_extremes",
    "Pattern": "_pattern",
    "Report": "_report",
    "Schema": "_schema",
    "Table": "_table",
    "TopK": "_ranking",
    "ValueCounts": "_groups",
    "WordCounter": "_word_counter",
    "argsort": "_sort",
    "dot": "_reduce_norm",
    "errors": "errors",
    "factorize": "_groups",
    "from_text": "_from_text",
    "get_options": "_settings",
    "guide": "guide",
    "hash64": "_digest",
    "lexsort": "_order",
    "max": "_reduce_extremes",
    "mean": "_reduce_sums",
    "min": "_reduce_extremes",
    "minmax": "_reduce_extremes",
    "norm": "_reduce_norm",
    "num_threads": "_threads",
    "parse_csv": "_csv",
    "parse_ndjson": "_ndjson",
    "rank": "_ranking",
    "read_csv": "_csv",
    "read_ndjson": "_ndjson",
    "searchsorted": "_search",
    "set_options": "_settings",
    "sha256": "_digest",
    "sha256_chunks": "_digest",
    "sha256_hex": "_digest",
    "sniff_csv": "_sniff",
    "sort": "_sort",
    "sqrt_sum": "_reduce_sums",
    "square": "_square",
    "std": "_reduce_moments",
    "sum": "_reduce_sums",
    "sum_of_squares": "_reduce_sums",
    "to_json": "_json",
    "to_text": "_to_text",
    "top_k": "_ranking",
    "ufuncs": "ufuncs",
    "unique": "_groups",
    "value_counts": "_groups",
    "var": "_reduce_moments",
    "word_count": "_words",
    "write_ndjson": "_json",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f"{__name__}.{_HOMES[name]}")
    value = home if name == _HOMES[name] else getattr(home, name)
    globals()[name] = value  # from now on it is there
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_HOMES})
