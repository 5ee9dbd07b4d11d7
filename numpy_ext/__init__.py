r"""CSV text to typed NumPy columns, in C.

>>> import numpy_ext as npx
>>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,31.0\n")
>>> t["high"].mean()
np.float64(25.25)
"""

try:
    from numpy_ext._info import info
except ImportError as _error:
    raise ImportError(
        "numpy_ext._native is missing or cannot be loaded. If Python runs in the "
        "source tree, install the package and start Python elsewhere: "
        "`./dev build` does the first."
    ) from _error

from numpy_ext import errors, guide, ufuncs
from numpy_ext._csv import parse_csv, read_csv
from numpy_ext._digest import hash64, sha256, sha256_chunks, sha256_hex
from numpy_ext._from_text import Conversion, from_text
from numpy_ext._groups import Factorized, ValueCounts, factorize, unique, value_counts
from numpy_ext._json import to_json, write_ndjson
from numpy_ext._ndjson import parse_ndjson, read_ndjson
from numpy_ext._parser import CsvParser
from numpy_ext._pattern import Pattern
from numpy_ext._pattern_items import Matches
from numpy_ext._reduce_norm import norm
from numpy_ext._reduce_sums import sqrt_sum, sum_of_squares
from numpy_ext._report import Report
from numpy_ext._schema import Field, Schema
from numpy_ext._settings import get_options, set_options
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
    "Factorized",
    "Field",
    "Matches",
    "Pattern",
    "Report",
    "Schema",
    "Table",
    "ValueCounts",
    "WordCounter",
    "argsort",
    "errors",
    "factorize",
    "from_text",
    "get_options",
    "guide",
    "hash64",
    "info",
    "norm",
    "num_threads",
    "parse_csv",
    "parse_ndjson",
    "read_csv",
    "read_ndjson",
    "set_options",
    "sha256",
    "sha256_chunks",
    "sha256_hex",
    "sqrt_sum",
    "square",
    "sum_of_squares",
    "to_json",
    "to_text",
    "ufuncs",
    "unique",
    "value_counts",
    "word_count",
    "write_ndjson",
]

__version__ = str(info()["version"])
