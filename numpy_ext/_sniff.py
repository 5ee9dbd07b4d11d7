"""Finding out how a source is written: `sniff_csv`, and delimiter="auto"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from numpy_ext._dialect import AUTO, check_dialect
from numpy_ext._keyword_types import Compression
from numpy_ext._options import CHECKS, DEFAULTS, KEYWORDS, CsvOptions, check_numbers
from numpy_ext._sniff_source import Begin, begin_of, repeatable
from numpy_ext._sniff_text import LOOK_BYTES, sniff_bytes
from numpy_ext._sniffed import FIELDS, Dialect
from numpy_ext._source import CsvSource
from numpy_ext.errors import CsvDialectError, CsvError

__all__ = [
    "known_options",
    "settled",
    "settled_files",
    "settled_text",
    "sniff_csv",
    "sniff_source",
]


def sniff_csv(
    source: CsvSource,
    *,
    delimiter: str | Sequence[str] = AUTO,
    compression: Compression = "infer",
    **known: Any,
) -> Dialect:
    r"""Find out how a CSV source is written.

    The first mebibyte is looked at, of a compressed source as much of what is in it; a
    file object is then back where it was. Nothing is guessed silently: where two
    delimiters fit alike, or none does, that is an error, and what else is not certain
    is in `Dialect.doubts`.

    Parameters
    ----------
    source : str, os.PathLike, bytes-like, array of uint8, file object, or list
        As for `read_csv`; of a list of paths, the first one. What can be read only once
        cannot be sniffed; ``delimiter="auto"`` of `read_csv` reads such a source.
    delimiter : str or sequence of str, default "auto"
        The delimiter if it is known, or those to choose from.
    compression : {"infer", "gzip", "bz2", "xz", "zstd", "zip"} or None, default "infer"
        As for `read_csv`.
    **known
        Keywords of `read_csv` that are settled and not to be found out: ``quotechar``,
        ``escapechar``, ``doublequote``, ``quoting``, ``lineterminator``, ``comment``,
        ``header``, ``decimal``, ``thousands``, ``skiprows``, ``strip``, ``encoding``.

    Returns
    -------
    Dialect
        The keywords that read the source: ``read_csv(source, **dialect)``.

    Raises
    ------
    CsvDialectError
        If two delimiters fit alike, or none does; if the source is empty, or in an
        encoding that cannot be told. The message names the candidates and how to
        choose.
    OSError
        If a file cannot be read.
    ValueError, TypeError
        If a keyword makes no sense, or the source can be read only once.

    Notes
    -----
    Every delimiter that occurs is tried, with every way to quote, escape and comment
    that the text may have: the scanner of the reader cuts the text into records, and
    a candidate is worth more the more of its records agree in their number of fields
    and the more of its cells look like numbers, dates or words. This is the idea of
    G. J. J. van den Burg, A. Nazabal and C. Sutton, "Wrangling messy CSV files by
    detecting row and type patterns", Data Mining and Knowledge Discovery 33, 2019.

    The terminators LF, CRLF and CR need no option; `Dialect.line_end` tells which one
    there is. UTF-8 is what is UTF-8 throughout; a byte order mark, or zeros at every
    other byte, show UTF-16. Of other bytes only the languages of Western Europe, and
    those in the Cyrillic script, are told apart.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> source = "Zähler\n\nname;when;price\nA;2026-01-31;1.234,50\nB;;7,25\n"
    >>> dialect = npx.sniff_csv(source.encode("cp1252"))
    >>> dialect.delimiter, dialect.decimal, dialect.thousands, dialect.skiprows
    (';', ',', '.', 2)
    >>> npx.read_csv(source.encode("cp1252"), **dialect)["price"]
    array([1234.5 ,    7.25])

    What two delimiters fit is not decided by a coin:

    >>> npx.sniff_csv(b"1,5\n2,7\n3,25\n")
    Traceback (most recent call last):
        ...
    numpy_ext.errors.CsvDialectError: the dialect cannot be told: ...
    >>> npx.sniff_csv(b"1,5\n2,7\n3,25\n", delimiter=";")
    read_csv(source, delimiter=';', header=False, decimal=',')
    """
    settled = checked_known(known)
    name = CHECKS["compression"]("compression", compression)
    delimiters = checked_delimiters(delimiter)
    check_together(settled, delimiters)
    return sniff_source(source, delimiters, settled, name)


def checked_known(known: Mapping[str, Any]) -> dict[str, Any]:
    """Check the keywords that are said to be known."""
    for keyword in known:
        if keyword not in FIELDS or keyword == "delimiter":
            from numpy_ext._other_tools import explain_keyword

            if keyword in KEYWORDS:
                raise TypeError(
                    f"sniff_csv() takes no {keyword}=, which says nothing of how a "
                    "source is written; read_csv does"
                )
            options = [name for name in FIELDS if name != "delimiter"]
            raise TypeError(
                explain_keyword(
                    "sniff_csv", keyword, ["delimiter", "compression", *options]
                )
            )
    return {name: CHECKS[name](name, value) for name, value in known.items()}


def check_together(
    known: Mapping[str, Any], delimiters: tuple[str, ...] | None
) -> None:
    """Refuse keywords of which one hides another."""
    options = {**FIELDS, **known}
    check_numbers(options["decimal"], options["thousands"])
    for delimiter in delimiters or ():
        check_dialect({**options, "delimiter": delimiter})


def checked_delimiters(delimiter: object) -> tuple[str, ...] | None:
    """Return the delimiters to choose from, None for all."""
    if isinstance(delimiter, str):
        text = CHECKS["delimiter"]("delimiter", delimiter)
        return None if text == AUTO else (text,)
    if not isinstance(delimiter, Sequence) or not delimiter:
        raise TypeError(f"delimiter must be a str or several, got {delimiter!r}")
    return tuple(CHECKS["delimiter"]("delimiter", item) for item in delimiter)


def sniff_source(
    source: CsvSource,
    delimiters: tuple[str, ...] | None,
    known: Mapping[str, Any],
    compression: str | None,
) -> Dialect:
    """Return the dialect of a source whose keywords are checked."""
    return sniff_begin(begin_of(source, LOOK_BYTES, compression), delimiters, known)


def sniff_begin(
    begin: Begin, delimiters: tuple[str, ...] | None, known: Mapping[str, Any]
) -> Dialect:
    if begin.is_text:
        known = {**known, "encoding": "utf-8"}
    try:
        return sniff_bytes(begin.data, begin.at_end, delimiters, known)
    except CsvError as error:
        error.path = begin.path
        raise


# ---- delimiter="auto" ------------------------------------------------------


def known_options(options: CsvOptions) -> dict[str, Any]:
    """Return the options of a dialect that are known.

    Those are the ones that are not the default, or given beside delimiter="auto".
    """
    return {
        name: getattr(options, name)
        for name in FIELDS
        if name != "delimiter"
        and (name in options.given or getattr(options, name) != getattr(DEFAULTS, name))
    }


def settled(
    source: CsvSource, options: CsvOptions
) -> tuple[CsvSource, CsvOptions, Dialect]:
    """Return the source, the options with what was found, and the dialect."""
    source = repeatable(source)
    begin = begin_of(source, LOOK_BYTES, options.compression)
    dialect = dialect_for(begin, options)
    return source, with_dialect(options, dialect), dialect


def settled_files(
    paths: Sequence[str], options: CsvOptions
) -> tuple[CsvOptions, Dialect, Callable[[str], None]]:
    """Return the same for files: the first one tells, the others are checked."""
    begin = begin_of(paths[0], LOOK_BYTES, options.compression)
    dialect = dialect_for(begin, options)
    check = same_dialect_check(options, dialect, paths[0])
    return with_dialect(options, dialect), dialect, check


def dialect_for(begin: Begin, options: CsvOptions) -> Dialect:
    """Return the dialect of a source that begins so; with names it may be empty."""
    known = known_options(options)
    if options.names is not None and begin.at_end and not begin.data.strip():
        return Dialect(**known)
    return sniff_begin(begin, None, known)


def settled_text(text: str, options: CsvOptions) -> tuple[CsvOptions, Dialect]:
    """Return the same for text."""
    begin = Begin(
        text[:LOOK_BYTES].encode("utf-8", "replace"), len(text) <= LOOK_BYTES, True
    )
    dialect = dialect_for(begin, options)
    return with_dialect(options, dialect), dialect


# What a text may have no example of: then it is at the default, and fits any other.
MARKS: Final = ("quotechar", "escapechar", "comment")
IF_THERE: Final = ("decimal", "thousands", "strip")


def same_dialect_check(
    options: CsvOptions, first: Dialect, first_path: str
) -> Callable[[str], None]:
    """Return what refuses a file that is not written as the first one of several is.

    One in which nothing can be told is left to the reader: it has little in it, or its
    records do not fit. So is a header where the reader compares those of all files.
    """
    compared = first.header and not options.union_by_name
    left = ("delimiter", "header", "header_rows", "skiprows") if compared else ()

    def check(path: str) -> None:
        begin = begin_of(path, LOOK_BYTES, options.compression)
        try:
            found = sniff_begin(begin, None, known_options(options))
        except CsvError:
            return
        differs = [
            name
            for name in FIELDS
            if name not in left and is_other(name, found, first, begin.data)
        ]
        if not differs:
            return
        name = differs[0]
        ours, theirs = getattr(found, name), getattr(first, name)
        raise CsvDialectError(
            f"the file is not written as {first_path!r} is: {name}={ours!r} here, "
            f"{name}={theirs!r} there",
            code="NX154",
            path=path,
            hint=f"{name}= with the one of all files, or a read for each file",
        )

    return check


def is_other(name: str, found: Dialect, first: Dialect, data: bytes) -> bool:
    """Return whether what was found in a file contradicts the dialect of another."""
    ours, theirs = getattr(found, name), getattr(first, name)
    if ours == theirs or (name in IF_THERE and ours == FIELDS[name]):
        return False
    if name in MARKS:  # one that does not occur does no harm
        return any(
            mark is not None and mark.encode() in data for mark in (ours, theirs)
        )
    if name == "encoding":
        return not data.isascii() or theirs.startswith(("utf-16", "utf-32"))
    is_doubt = any(doubt.startswith("header: ") for doubt in found.doubts)
    return not (name in ("header", "header_rows") and is_doubt)


def with_dialect(options: CsvOptions, dialect: Dialect) -> CsvOptions:
    """Return options with a dialect in the place of their own."""
    changes = {name: getattr(dialect, name) for name in FIELDS}
    changes["encoding"] = CHECKS["encoding"]("encoding", dialect.encoding)
    return options.replaced(changes)
