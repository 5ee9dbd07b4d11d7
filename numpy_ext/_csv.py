"""Reading CSV: options in, a `Table` out."""

import threading
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from numpy_ext import _native
from numpy_ext._schema import Field
from numpy_ext._source import CsvSource, NativeSource, open_source, text_source
from numpy_ext._table import Column, Table
from numpy_ext._threads import thread_count
from numpy_ext.errors import CsvError, CsvSchemaError, CsvWarning

__all__ = ["parse_csv", "read_csv"]

BlankLines: TypeAlias = bool | Literal["auto"]

_HINTS = {
    "NX201": "quotechar=None takes every quote as text",
    "NX202": "quotechar=None takes every quote as text",
    "NX301": "a delimiter= under which every record has the same number of fields",
    "NX401": "a source in UTF-8, or a file object that converts: "
    "open(path, encoding='latin-1', newline='')",
}


def read_csv(
    source: CsvSource,
    *,
    delimiter: str = ",",
    quotechar: str | None = '"',
    header: bool = True,
    names: Sequence[str] | None = None,
    usecols: Sequence[str | int] | None = None,
    skip_blank_lines: BlankLines = "auto",
    threads: int | None = None,
) -> Table:
    r"""Read a CSV source into typed columns.

    The dtype of a column is the least one that holds all its fields without
    loss: bool, int64, uint64, float64, datetime64 (in the finest unit present) or
    string. The whole source decides, never a sample of it.

    Parameters
    ----------
    source : str, os.PathLike, bytes-like, array of uint8, or file object
        A path, or UTF-8 content: bytes, a buffer, or an object whose ``read()``
        returns bytes or str (`io.StringIO` too). A str is always a path;
        `parse_csv` reads text. A byte order mark is skipped.
    delimiter : str, default ","
        The ASCII character between fields.
    quotechar : str or None, default '"'
        The ASCII character around fields that hold a delimiter or a line break;
        doubled, it stands for itself. It counts only at the start of a field,
        elsewhere it is text. None: there is no such character.
    header : bool, default True
        Whether the first record holds the names. Without, they are f0, f1, ...
    names : sequence of str, optional
        Names to use instead, one a column.
    usecols : sequence of str or int, optional
        The columns to read, by name or position, in the order wanted.
    skip_blank_lines : bool or "auto", default "auto"
        Whether lines without a single byte are no records. "auto" skips them,
        except in a source of one column, where each is a missing value.
    threads : int, optional
        How many threads to use at most; see `num_threads` for the default. The
        result does not depend on it.

    Returns
    -------
    Table
        The columns by name, as read-only arrays of shape ``(num_rows,)``.

    Raises
    ------
    CsvError
        If the source cannot be read without loss. `CsvRaggedError`: a record has
        more or fewer fields than the first one. `CsvDialectError`: text after a
        closing quote, or a quote that is never closed. `CsvEncodingError`: bytes
        of a string that are not UTF-8. `CsvSchemaError`: nothing to read, or names
        that do not fit.
    OSError
        If a file cannot be read, or changes meanwhile.
    ValueError, TypeError
        If an option makes no sense.

    Warns
    -----
    CsvWarning
        If names repeat (the later ones get a suffix) or look like numbers.

    Notes
    -----
    Fields are converted by the library itself, without the C locale: float64 is
    correctly rounded (half to even) by the method of Eisel and Lemire (D. Lemire,
    "Number parsing at a gigabyte per second", 2021) with exact arithmetic where that
    cannot decide.

    Missing cells are empty fields and, outside string columns, the usual words (NA,
    N/A, NaN, NULL, None, ...); see `Table` for what stands in their place.

    Examples
    --------
    >>> import io
    >>> import numpy_ext as npx
    >>> t = npx.read_csv(io.StringIO("when,price,note\n2026-01-31,1.5,new\n,,\n"))
    >>> t["when"]
    array(['2026-01-31',        'NaT'], dtype='datetime64[D]')
    >>> t["price"]
    array([1.5, nan])
    >>> print(t.schema["note"].reason)
    line 2 has 'new', text
    """
    dialect = parse_dialect(delimiter, quotechar)
    with open_source(source) as opened:
        return read_table(
            opened, dialect, header, names, usecols, skip_blank_lines, threads
        )


def parse_csv(
    text: str,
    *,
    delimiter: str = ",",
    quotechar: str | None = '"',
    header: bool = True,
    names: Sequence[str] | None = None,
    usecols: Sequence[str | int] | None = None,
    skip_blank_lines: BlankLines = "auto",
    threads: int | None = None,
) -> Table:
    r"""Read CSV text into typed columns.

    Parameters
    ----------
    text : str
        The content. Offsets in errors count bytes of its UTF-8 form.
    delimiter, quotechar, header, names, usecols, skip_blank_lines, threads
        As for `read_csv`.

    Returns
    -------
    Table
        The columns by name, as read-only arrays of shape ``(num_rows,)``.

    Raises
    ------
    CsvError
        As for `read_csv`.
    UnicodeEncodeError
        If the text has a lone surrogate, which UTF-8 cannot say.
    ValueError, TypeError
        If an option makes no sense.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> npx.parse_csv("n,big\n1,9223372036854775808\n,1\n")
    n      big
    int64  uint64
    -----  -------------------
        1  9223372036854775808
     <NA>                    1
    2 rows x 2 columns
    """
    dialect = parse_dialect(delimiter, quotechar)
    source = text_source(text)
    return read_table(
        source, dialect, header, names, usecols, skip_blank_lines, threads
    )


def parse_dialect(delimiter: str, quotechar: str | None) -> tuple[int, int, bool, int]:
    """Return delimiter and quote as bytes, -1 for no quote, and how to take quotes."""
    delimiter_byte = character("delimiter", delimiter)
    if quotechar is None:
        return delimiter_byte, -1, True, 0
    quote_byte = character("quotechar", quotechar)
    if quotechar.isalnum() or quotechar in "+-.":
        raise ValueError(
            f"quotechar cannot be {quotechar!r}, "
            "which numbers and words are written with"
        )
    if quote_byte == delimiter_byte:
        raise ValueError(f"delimiter and quotechar are both {delimiter!r}")
    return delimiter_byte, quote_byte, True, 0


def character(option: str, value: object) -> int:
    """Return the byte of an option that must be one ASCII character."""
    if not isinstance(value, str):
        raise TypeError(f"{option} must be a str, got {type(value).__name__}")
    if len(value) != 1 or not value.isascii():
        raise ValueError(f"{option} must be a single ASCII character, got {value!r}")
    if value in "\r\n":
        raise ValueError(f"{option} cannot be {value!r}, which ends records")
    return ord(value)


def read_table(
    source: NativeSource,
    dialect: tuple[int, int, bool, int],
    header: bool,
    names: Sequence[str] | None,
    usecols: Sequence[str | int] | None,
    skip_blank_lines: BlankLines,
    threads: int | None,
) -> Table:
    """Read an opened source; the one way that all readers take."""
    check_flags(header, skip_blank_lines)
    thread_limit = thread_count(threads)
    all_names: list[str] = []
    try:
        fields, texts, begin, after_first = _native.csv_header(
            source.content, source.size, dialect, 0, header and names is None
        )
        if names is not None:
            all_names = given_names(names, fields)
        elif header:
            all_names = header_names(texts)
        else:
            all_names = [f"f{i}" for i in range(fields)]
        if not all_names:
            raise CsvSchemaError(
                "the source is empty", code="NX501", hint="names= gives it columns"
            )
        chosen = choose_columns(all_names, usecols)
        blanks = len(all_names) > 1 if skip_blank_lines == "auto" else skip_blank_lines
        num_rows, columns = _native.csv_read(
            source.content,
            source.size,
            dialect,
            after_first if header else begin,
            len(all_names),
            tuple(chosen),
            blanks,
            _block_bytes,
            thread_limit,
            threading.get_ident() == threading.main_thread().ident,
            None,
        )
    except CsvError as error:
        if not header and not all_names and error.byte is not None:
            error.record = 1  # the record whose fields could not be counted
        raise placed(error, source, all_names) from None
    except OSError as error:
        raise with_path(error, source.path) from None
    return Table._from_columns(
        [
            make_column(all_names[i], num_rows, *column)
            for i, column in zip(chosen, columns, strict=True)
        ],
        num_rows,
    )


# Bytes read at a time, 0 for the default; tests set it to move the seams.
_block_bytes = 0


def check_flags(header: object, skip_blank_lines: object) -> None:
    """Refuse what other tools would take to mean something else."""
    if not isinstance(header, bool):
        raise TypeError(
            f"header must be True or False, got {header!r}; "
            "header=False is what other readers call header=None"
        )
    auto = isinstance(skip_blank_lines, str) and skip_blank_lines == "auto"
    if not auto and not isinstance(skip_blank_lines, bool):
        raise ValueError(
            f'skip_blank_lines must be True, False or "auto", got {skip_blank_lines!r}'
        )


def header_names(texts: list[str]) -> list[str]:
    """Return a distinct name for each field of a header."""
    if texts and all(looks_numeric(text) for text in texts):
        warnings.warn(
            f"the first record was used as names, but it reads like numbers: "
            f"{', '.join(texts[:5])}; header=False?",
            CsvWarning,
            stacklevel=4,
        )
    return distinct([text or f"f{i}" for i, text in enumerate(texts)])


def given_names(names: Sequence[str], fields: int) -> list[str]:
    """Check the names a caller gave."""
    given = list(ordered("names", names))
    if not all(isinstance(name, str) for name in given):
        raise TypeError(f"names must be str, got {given!r}")
    if len(set(given)) < len(given):
        raise ValueError(f"names must be distinct, got {given!r}")
    if not given:
        raise ValueError("names must not be empty")
    if fields and len(given) != fields:
        raise CsvSchemaError(
            f"{len(given)} names for {fields} fields",
            code="NX502",
            hint=f"names= with {fields} names",
        )
    return given


def ordered(option: str, values: object) -> Iterable[Any]:
    """Return the value of an option that must be a sequence; a set has no order."""
    if isinstance(values, (str, int)):
        raise TypeError(f"{option} must be a sequence, got {values!r}; [{values!r}]?")
    unordered = isinstance(values, (bytes, set, frozenset))
    if unordered or not isinstance(values, Iterable):
        raise TypeError(f"{option} must be a sequence, got {type(values).__name__}")
    return values


def looks_numeric(name: str) -> bool:
    """Return whether a column name is a number."""
    try:
        float(name)
    except ValueError:
        return False
    return "_" not in name


def distinct(names: list[str]) -> list[str]:
    """Return the names, later ones with the first free suffix where they repeat."""
    if len(set(names)) == len(names):
        return names
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for name in names:
        free = name
        while free in taken:
            counts[name] = counts.get(name, 0) + 1
            free = f"{name}_{counts[name]}"
        taken.add(free)
        result.append(free)
    renamed = [new for old, new in zip(names, result, strict=True) if old != new]
    warnings.warn(
        f"column names repeat; renamed to {', '.join(renamed[:5])}"
        + (" ..." if len(renamed) > 5 else ""),
        CsvWarning,
        stacklevel=5,
    )
    return result


def choose_columns(names: list[str], usecols: Sequence[str | int] | None) -> list[int]:
    """Return the positions of the wanted columns, in the order wanted."""
    if usecols is None:
        return list(range(len(names)))
    chosen: dict[int, None] = {}
    for column in ordered("usecols", usecols):
        at = position(names, column)
        if at in chosen:
            raise ValueError(f"usecols names a column twice: {names[at]!r}")
        chosen[at] = None
    return list(chosen)


def position(names: list[str], column: object) -> int:
    """Return the position of one column of usecols."""
    if isinstance(column, str):
        if column in names:
            return names.index(column)
        raise CsvSchemaError(
            f"usecols: no column {column!r}; there are {', '.join(map(repr, names))}",
            code="NX503",
            column=column,
        )
    if isinstance(column, (int, np.integer)) and not isinstance(column, bool):
        if 0 <= column < len(names):
            return int(column)
        raise CsvSchemaError(
            f"usecols: no column {column}; there are {len(names)}", code="NX503"
        )
    raise TypeError(f"usecols holds names and positions, got {column!r}")


def make_column(
    name: str,
    num_rows: int,
    type_name: str,
    values: Any,
    mask: Any,
    missing: int,
    decider: tuple[str, str | None, int, int, str, bool] | None,
    zoned: bool,
) -> Column:
    """Return a column of the table from what the C library made."""
    is_string = type_name == "string"
    dtype: np.dtype[Any] = np.dtypes.StringDType() if is_string else np.dtype(type_name)
    reason, widened = why(num_rows, decider)
    if num_rows == 0:
        dtype = np.dtypes.StringDType()
        values, is_string = np.empty(0, dtype=dtype), False
        values.flags.writeable = False
    zone = "UTC" if zoned and dtype.kind == "M" else None
    field = Field(name, dtype, missing, reason, widened, zone)
    if is_string:
        return Column(field, num_rows, None, values, mask)
    if mask is not None and dtype.kind in "biu":
        values = np.ma.MaskedArray(values, mask=mask)
    return Column(field, num_rows, values, None, mask)


def why(
    num_rows: int, decider: tuple[str, str | None, int, int, str, bool] | None
) -> tuple[str, bool]:
    """Return the reason for a dtype, and whether it is not the first one it had."""
    if decider is None:
        return ("no values" if num_rows else "no data rows"), False
    phrase, before, _record, line, text, cut = decider
    shown = repr(text + "..." if cut else text)
    return f"line {line} has {shown}, {phrase}", before is not None


def with_path(error: OSError, path: str | None) -> OSError:
    """Return an error of the system, or of a file that changed, with the path."""
    if path is None:
        return error
    if error.errno is None:
        return OSError(f"{path!r}: {error}")
    error.filename = path
    return error


def hint_of_start(start: bytes) -> str | None:
    """Return what to do with a source that begins like no text in UTF-8."""
    if start.startswith(b"\x1f\x8b"):
        return "the content of this gzip file: read_csv(gzip.open(path))"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16 as text: read_csv(open(path, encoding='utf-16', newline=''))"
    return None


def placed(error: CsvError, source: NativeSource, names: list[str]) -> CsvError:
    """Return an error of the C library with all that is known about its place."""
    error.path = source.path
    error.hint = error.hint or _HINTS.get(error.code or "")
    if error.code == "NX401":
        error.hint = hint_of_start(source.start()) or error.hint
    field = getattr(error, "_field", None)
    if field is not None and field < len(names):
        error.column = names[field]
    if error.byte is not None:
        error.excerpt, error.caret = source.excerpt(error.byte)
    if error.code == "NX301" and error.excerpt == "":
        error.hint = "skip_blank_lines=True, which takes blank lines for no records"
    return error
