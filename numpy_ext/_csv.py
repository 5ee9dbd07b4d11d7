"""Reading CSV: options in, a `Table` out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy_ext._csv_read import read_source, read_text
from numpy_ext._keyword_types import (
    BlankLines,
    Column,
    Compression,
    Converters,
    Dates,
    Decimal,
    DTypes,
    EncodingErrors,
    LeadingZeros,
    Missing,
    OnError,
    Progress,
    Quoting,
    Ragged,
    SkipRows,
    Strings,
    UseCols,
    Words,
)
from numpy_ext._keywords import explain_keywords
from numpy_ext._options import csv_options
from numpy_ext._source import CsvSource
from numpy_ext._table import Table

__all__ = ["parse_csv", "read_csv"]


@explain_keywords
def read_csv(
    source: CsvSource,
    *,
    delimiter: str = ",",
    quotechar: str | None = '"',
    escapechar: str | None = None,
    doublequote: bool = True,
    quoting: Quoting = "standard",
    lineterminator: str | None = None,
    comment: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    names: Sequence[str] | None = None,
    usecols: UseCols | None = None,
    dtype: DTypes | None = None,
    dates: Dates | None = None,
    na_values: Words | Mapping[Column, Words | None] | None = None,
    keep_default_na: bool = True,
    true_values: Words | None = None,
    false_values: Words | None = None,
    missing: Missing | Mapping[Column, Missing] = "auto",
    strings: Strings | Mapping[Column, Strings] = "stringdtype",
    converters: Converters | None = None,
    decimal: Decimal = ".",
    thousands: str | None = None,
    skiprows: SkipRows = 0,
    skipfooter: int = 0,
    nrows: int | None = None,
    skip_blank_lines: BlankLines = "auto",
    strip: bool = False,
    leading_zeros: LeadingZeros | Mapping[Column, LeadingZeros] = "string",
    ragged: Ragged = "raise",
    on_error: OnError = "raise",
    max_errors: int | None = None,
    encoding: str = "utf-8",
    encoding_errors: EncodingErrors = "strict",
    compression: Compression = "infer",
    max_decompressed: int | None = None,
    glob: bool = False,
    filename_column: str | None = None,
    union_by_name: bool = False,
    threads: int | None = None,
    progress: Progress = "auto",
) -> Table:
    r"""Read a CSV source into typed columns.

    The dtype of a column is the least one that holds all its fields without
    loss: bool, int64, uint64, float64, datetime64 (in the finest unit present) or
    string. The whole source decides, never a sample of it. `dtype` asks for others.

    Where an option is said to be *by column*, it is one value for all columns or a
    mapping of names and positions to values, with ``...`` for all other columns.

    Parameters
    ----------
    source : str, os.PathLike, bytes-like, array of uint8, file object, or iterable
        A path, or content: bytes, a buffer, an object whose ``read()`` returns bytes
        or str (`io.StringIO` too), or an iterable of bytes. A str is always a path;
        `parse_csv` reads text. A list of paths is read as one table. A byte order mark
        is skipped.
    delimiter : str, default ","
        The text between fields, of one character or several; "whitespace" takes runs
        of spaces and tabs, and ignores those at both ends of a line. "auto" finds out
        what `sniff_csv` does, but for options that are given: see `Table.dialect`.
    quotechar : str or None, default '"'
        The ASCII character around fields that hold a delimiter or a line break.
        None: there is no such character.
    escapechar : str, optional
        The ASCII character that makes the one behind it text, inside quotes and
        outside.
    doublequote : bool, default True
        Whether two quotes inside a quoted field stand for one. False: a quote
        inside a quoted field always closes it.
    quoting : {"standard", "strict", "lenient", "none"}, default "standard"
        "standard": a quote counts at the start of a field, elsewhere it is text;
        text after a closing quote is an error. "strict": a quote inside an
        unquoted field is an error too (RFC 4180). "lenient": text after a closing
        quote is part of the value. "none": every quote is text.
    lineterminator : str, optional
        The text that ends records, in place of LF, CRLF and CR.
    comment : str, optional
        The text that begins a comment, which goes on to the end of the line, unless
        it stands inside quotes. Lines of nothing else are no records.
    header : bool, default True
        Whether the first record holds the names. Without, they are f0, f1, ...
    header_rows : int, default 1
        How many records the header has. The name of a column is the text of its fields
        joined with "_", empty ones left out.
    names : sequence of str, optional
        Names to use instead of those in the header, one a column; a source without a
        header needs ``header=False`` too, or its first record is taken for one.
    usecols : sequence of str or int, slice, or callable, optional
        The columns to read: names or positions from 0 on, in the order wanted; a
        slice of the positions, with the rules of Python; or a function that is
        called with each name and says whether to read that column.
    dtype : dtype or mapping, optional
        The dtype of the columns, by column; None infers it. There are bool, int8 to
        int64, uint8 to uint64, float16, float32, float64, datetime64 in D, h, m, s,
        ms, us or ns, ``str`` for `numpy.dtypes.StringDType`, "S", "U" (of a width, or
        as wide as needed) and object. A field that is not of this dtype is an error.
        A structured dtype is a mapping of its field names; with ``header=False`` it
        names the columns too.
    dates : mapping, optional
        The layouts of dates, by column, in the directives of `datetime.strptime`: %Y
        %y %m %d %j %b %B %H %I %p %M %S %f %a %A %z %Z and %%. Such a column is
        datetime64 in days, in seconds if there is an hour, or in microseconds with %f;
        a `dtype` of datetime64 chooses another unit.
    na_values : str or sequence of str, optional
        More words for a missing cell, by column. They are compared with the text of
        a field, quoted or not, in columns of strings too.
    keep_default_na : bool, default True
        Whether the usual words (NA, N/A, NaN, NULL, None, ...) mean a missing cell
        where the column holds no strings. An empty field always does.
    true_values, false_values : str or sequence of str, optional
        More words for True and False.
    missing : {"auto", "masked", "nan", "raise"}, default "auto"
        What stands for a missing cell, by column. "auto": NaN, NaT or the empty
        string; integers and bools become a masked array if a cell is missing.
        "masked": always a masked array. "nan": also integers and bools become
        float64 with NaN if a cell is missing, and strings hold NaN. "raise": a
        missing cell is an error.
    strings : {"stringdtype", "fixed", "bytes", "object", "category"}
        What a column of strings without a `dtype` becomes, by column: StringDType (the
        default), "U", "S" with UTF-8, an array of Python strings, or the numbers of the
        different strings, which `Table.categories` returns. A column that turns out to
        hold numbers or dates is no column of strings.
    converters : mapping, optional
        Functions by column, which get the text of all its cells as one array and return
        an array of as many values, as `Table.from_dict` takes it.
    decimal : {".", ","}, default "."
        What stands before the fraction of a number.
    thousands : str, optional
        What may stand between groups of three digits: one of ``, . ' _``, a space, a
        no-break space (wide or narrow) or a typographic apostrophe.
    skiprows : int, iterable of int, or callable, default 0
        How many lines to drop at the start, whatever is in them; or which ones, by
        their numbers from 0 on; or a function that is called with the number of each
        line, in order, and says whether to drop it. The rest is read as if they were
        not there. A line break inside quotes ends a line too, and dropping a line from
        the middle of a record is an error.
    skipfooter : int, default 0
        How many records to drop at the end, whatever is in them.
    nrows : int, optional
        How many rows to read at most; records that are left out do not count. What
        follows them is not looked at, except to find the last ones if there is a
        `skipfooter`.
    skip_blank_lines : bool or "auto", default "auto"
        Whether lines without a single byte are no records. "auto" skips them,
        except in a source of one column, where each is a missing value.
    strip : bool, default False
        Whether spaces and tabs around unquoted strings and names are removed, and
        around the quotes of quoted ones.
    leading_zeros : {"string", "int"}, default "string"
        What integers such as 007 are, by column.
    ragged : {"raise", "pad", "truncate", "both"}, default "raise"
        What becomes of a record with fewer or more fields than the first one. "pad":
        what a short record does not have is missing. "truncate": what a long record has
        too much is dropped. "both" does both. Otherwise such a record is an error.
    on_error : {"raise", "skip", "collect"} or callable, default "raise"
        What becomes of a record that is an error: of a wrong number of fields or quotes
        out of place, with bytes that are not UTF-8 in a string, with a value that is
        not of its dtype, or missing where none may be. "skip" leaves it out, with one
        warning at the end of each file. "collect" leaves it out, and `Table.rejects`
        tells about it. A callable is called with a `CsvError` for each, in their order,
        once the source has been read; its ``text`` is that of the record. It may raise,
        and returns None.
    max_errors : int, optional
        How many records may be left out at most; one more is an error. None: any
        number.
    encoding : str, default "utf-8"
        The encoding of bytes, any that Python knows. A byte order mark of UTF-16 or
        UTF-32 goes before "utf-8".
    encoding_errors : {"strict", "replace", "backslashreplace"}, default "strict"
        What becomes of bytes that the encoding does not have: an error where they are
        part of a string, U+FFFD, or their numbers as text.
    compression : {"infer", "gzip", "bz2", "xz", "zstd", "zip"} or None, default "infer"
        How the source is compressed. "infer" looks at its first bytes; a file whose
        name promises a format that it does not begin with is an error. None: not at
        all. zstd needs Python 3.14 or the package zstandard.
    max_decompressed : int, optional
        How many bytes may come out of a compressed source; one that holds more is an
        error as soon as it shows. None: as many as memory takes.
    glob : bool, default False
        Whether a path is a pattern (`glob.glob`, ``**`` for folders of any depth) that
        stands for all files it matches, sorted by path.
    filename_column : str, optional
        The name of a column to add, with the path of the file of each row.
    union_by_name : bool, default False
        Whether files may have different columns: the table has all of them, and what a
        file does not have is missing. False: all must have the same ones in the same
        order.
    threads : int, optional
        How many threads to use at most; see `num_threads` for the default. The
        result does not depend on it.
    progress : bool, "auto" or callable, default "auto"
        Whether to show a bar on stderr, by tqdm if it is installed. "auto": after
        three seconds, on a terminal or in a notebook. A callable is called with
        the bytes done and the bytes in all, now and then.

    Returns
    -------
    Table
        The columns by name, as read-only arrays of shape ``(num_rows,)``.

    Raises
    ------
    CsvError
        If the source cannot be read without loss. `CsvRaggedError`: a record has
        more or fewer fields than the first one. `CsvDialectError`: text after a
        closing quote, or a quote that is never closed; with ``delimiter="auto"``, a
        dialect that cannot be told. `CsvEncodingError`: bytes
        of a string that the encoding does not have. `CsvSchemaError`: nothing to
        read, or names that do not fit. `CsvValueError`: a field that is not of its
        dtype, or missing where none may be.
    OSError
        If a file cannot be read, or changes meanwhile. `CompressionError`: a
        compressed source that is cut off, damaged, followed by something else, larger
        than `max_decompressed`, or an archive of another number of files than one.
    ImportError
        If a source in zstd is read without the package for it.
    ValueError, TypeError
        If an option makes no sense.

    Warns
    -----
    CsvWarning
        If names repeat (the later ones get a suffix), look like numbers or have NUL
        characters; if `names` replaces a record that has numbers; if the header is one
        column and another delimiter fits, or the one given looks like a pattern; if
        records are left out, by ``on_error="skip"``.

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

    Other tools and other people write other files:

    >>> text = b"made by hand\n001;'a;b';yes;-\n002;;no;7\n"
    >>> npx.read_csv(
    ...     text,
    ...     delimiter=";",
    ...     quotechar="'",
    ...     header=False,
    ...     names=["id", "text", "ok", "count"],
    ...     skiprows=1,
    ...     na_values={"count": "-"},
    ...     true_values="yes",
    ...     false_values="no",
    ...     usecols=["count", "ok", "id"],
    ... )
    count  ok     id
    int64  bool   string
    -----  -----  ------
     <NA>  True   001
        7  False  002
    2 rows x 3 columns

    Dtypes are obeyed, or the read fails and says where:

    >>> text = b"id,price,code\n1,2.5,a\n,3,bc\n"
    >>> t = npx.read_csv(text, dtype={"id": "int16", "price": "float32", "code": "S4"})
    >>> t["price"], t["code"]
    (array([2.5, 3. ], dtype=float32), array([b'a', b'bc'], dtype='|S4'))
    >>> npx.read_csv(text, dtype={"price": int})
    Traceback (most recent call last):
        ...
    numpy_ext.errors.CsvValueError: ...

    Missing cells and strings in another form:

    >>> npx.read_csv(text, missing="nan")["id"]
    array([ 1., nan])
    >>> npx.read_csv(text, strings="fixed")["code"]
    array(['a', 'bc'], dtype='<U2')
    """
    options = csv_options(
        delimiter,
        quotechar,
        escapechar,
        doublequote,
        quoting,
        lineterminator,
        comment,
        header,
        header_rows,
        names,
        usecols,
        dtype,
        dates,
        na_values,
        keep_default_na,
        true_values,
        false_values,
        missing,
        strings,
        converters,
        decimal,
        thousands,
        skiprows,
        skipfooter,
        nrows,
        skip_blank_lines,
        strip,
        leading_zeros,
        ragged,
        on_error,
        max_errors,
        encoding,
        encoding_errors,
        compression,
        max_decompressed,
        glob,
        filename_column,
        union_by_name,
        threads,
        progress,
    )
    return read_source(source, options)


@explain_keywords
def parse_csv(
    text: str,
    *,
    delimiter: str = ",",
    quotechar: str | None = '"',
    escapechar: str | None = None,
    doublequote: bool = True,
    quoting: Quoting = "standard",
    lineterminator: str | None = None,
    comment: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    names: Sequence[str] | None = None,
    usecols: UseCols | None = None,
    dtype: DTypes | None = None,
    dates: Dates | None = None,
    na_values: Words | Mapping[Column, Words | None] | None = None,
    keep_default_na: bool = True,
    true_values: Words | None = None,
    false_values: Words | None = None,
    missing: Missing | Mapping[Column, Missing] = "auto",
    strings: Strings | Mapping[Column, Strings] = "stringdtype",
    converters: Converters | None = None,
    decimal: Decimal = ".",
    thousands: str | None = None,
    skiprows: SkipRows = 0,
    skipfooter: int = 0,
    nrows: int | None = None,
    skip_blank_lines: BlankLines = "auto",
    strip: bool = False,
    leading_zeros: LeadingZeros | Mapping[Column, LeadingZeros] = "string",
    ragged: Ragged = "raise",
    on_error: OnError = "raise",
    max_errors: int | None = None,
    encoding: str = "utf-8",
    encoding_errors: EncodingErrors = "strict",
    compression: Compression = "infer",
    max_decompressed: int | None = None,
    glob: bool = False,
    filename_column: str | None = None,
    union_by_name: bool = False,
    threads: int | None = None,
    progress: Progress = "auto",
) -> Table:
    r"""Read CSV text into typed columns.

    Parameters
    ----------
    text : str
        The content. Offsets in errors count bytes of its UTF-8 form.
    delimiter, quotechar, escapechar, doublequote, quoting, lineterminator, comment
        As for `read_csv`, like all that follow.
    header, header_rows, names, usecols, dtype, dates
        Which columns there are, and of what dtype.
    na_values, keep_default_na, true_values, false_values, missing, strings
        What text means, and how missing cells and strings are kept.
    converters
        Functions that make arrays of text.
    decimal, thousands
        How numbers are written.
    skiprows, skipfooter, nrows, skip_blank_lines
        Which lines are records.
    strip, leading_zeros
        What the fields of a record are.
    ragged, on_error, max_errors
        What becomes of records that are broken.
    encoding, encoding_errors, compression, max_decompressed, threads, progress
        How the text is read.
    glob, filename_column, union_by_name
        Which files are read, and how they become one table.

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
    options = csv_options(
        delimiter,
        quotechar,
        escapechar,
        doublequote,
        quoting,
        lineterminator,
        comment,
        header,
        header_rows,
        names,
        usecols,
        dtype,
        dates,
        na_values,
        keep_default_na,
        true_values,
        false_values,
        missing,
        strings,
        converters,
        decimal,
        thousands,
        skiprows,
        skipfooter,
        nrows,
        skip_blank_lines,
        strip,
        leading_zeros,
        ragged,
        on_error,
        max_errors,
        encoding,
        encoding_errors,
        compression,
        max_decompressed,
        glob,
        filename_column,
        union_by_name,
        threads,
        progress,
    )
    return read_text(text, options)
