"""Fuzz target of sniffing: any bytes are a dialect that reads them, or a known error.

Run by `./dev fuzz sniff` with atheris, and by tests/python/test_fuzz_corpus.py on the
files of corpus/sniff without it.
"""

from __future__ import annotations

import io
import time
import warnings
from typing import Any

import numpy_ext as npx
from numpy_ext.errors import CsvDialectError, CsvError, NumpyExtError
from numpy_ext.testing import assert_tables_equal

CHOICES = 2  # bytes before the source
LONGEST = 1 << 12
# Far beyond what is needed, also under a tracer on a busy machine.
MOST_SECONDS = 20.0
SNIFF_CODES = ("NX151", "NX152", "NX153")
KNOWN: tuple[dict[str, Any], ...] = (
    {},
    {"quotechar": "'"},
    {"comment": "#"},
    {"header": False},
    {"encoding": "latin-1"},
    {"quoting": "none"},
    {"delimiter": ";"},
    {"escapechar": "\\", "doublequote": False},
)


def outcome(source: Any, **options: Any) -> Any:
    """Return the table of a source, or the error as what it says."""
    try:
        return npx.read_csv(source, **options)
    except NumpyExtError as error:
        return type(error), error.code, error.message


def check_same(one: Any, other: Any) -> None:
    if isinstance(one, npx.Table) and isinstance(other, npx.Table):
        assert_tables_equal(one, other)
    else:
        assert one == other, (one, other)


def called(dialect: npx.Dialect, source: bytes) -> Any:
    """Return what the call in the repr of a dialect gives."""
    names = {"read_csv": outcome, "source": source}
    return eval(repr(dialect), {"__builtins__": {}}, names)


def sniffed(data: bytes, known: dict[str, Any]) -> npx.Dialect | None:
    """Return the dialect, None for an error that the documentation names."""
    began = time.monotonic()
    try:
        return npx.sniff_csv(data, **known)
    except CsvDialectError as error:
        assert error.code in SNIFF_CODES, error.code
        assert error.hint
    except NumpyExtError as error:
        # A compressed source that is broken, or bytes that the known encoding has not.
        assert isinstance(error, (CsvError, OSError)), type(error)
    finally:
        assert time.monotonic() - began < MOST_SECONDS
    return None


def test_one_input(data: bytes) -> None:
    """Sniff and read `data`; an assertion or any other error is a defect."""
    if len(data) < CHOICES or len(data) > LONGEST:
        return
    chosen, data = data[:CHOICES], data[CHOICES:]
    known = KNOWN[chosen[0] % len(KNOWN)]
    # zstd needs a library that may not be there; what it holds is for `inflate`.
    if data[:4] == b"\x28\xb5\x2f\xfd" or data[1:4] == b"\x2a\x4d\x18":
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_sniffing(data, known, chosen[1])


def check_sniffing(data: bytes, known: dict[str, Any], threads: int) -> None:
    dialect = sniffed(data, known)
    if dialect is None:
        if not known:
            auto = outcome(data, delimiter="auto")
            assert not isinstance(auto, npx.Table), "read what cannot be sniffed"
        return
    assert npx.sniff_csv(data, **known) == dialect
    assert npx.sniff_csv(io.BytesIO(data), **known) == dialect
    npx.CsvParser(**dialect)
    usual = outcome(data, **dialect)
    check_same(called(dialect, data), usual)
    check_same(outcome(data, threads=1 + threads % 3, **dialect), usual)
    if not known:
        check_same(outcome(data, delimiter="auto"), usual)
        check_same(outcome([data[:7], data[7:]], delimiter="auto"), usual)
