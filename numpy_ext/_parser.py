"""A reader whose options are settled once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from numpy_ext._csv_read import read_source, read_text
from numpy_ext._keyword_types import (
    BlankLines,
    Column,
    Compression,
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
from numpy_ext._options import CsvOptions, csv_options
from numpy_ext._source import Buffer, has_memory
from numpy_ext._table import Table

__all__ = ["CsvParser"]


class CsvParser:
    r"""A reader of CSV whose options are settled once.

    It cannot be changed, so threads may share it; parsers with the same options are
    equal. Reading through it gives what `read_csv` gives.

    Parameters
    ----------
    delimiter, quotechar, escapechar, doublequote, quoting, lineterminator, comment
        As for `read_csv`, like all that follow.
    header, header_rows, names, usecols, dtype, dates
        Which columns there are, and of what dtype.
    na_values, keep_default_na, true_values, false_values, missing, strings
        What text means, and how missing cells and strings are kept.
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

    Raises
    ------
    ValueError, TypeError
        If an option makes no sense.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> parser = npx.CsvParser(delimiter=";", dtype={"price": "float32"})
    >>> parser
    CsvParser(delimiter=';', dtype={'price': 'float32'})
    >>> parser.parse_string("item;price\npen;1.5\n")["price"]
    array([1.5], dtype=float32)
    >>> parser.parse_bytes(b"price\n2\n")["price"]
    array([2.], dtype=float32)
    """

    __slots__ = ("_options",)

    _options: CsvOptions

    @explain_keywords
    def __init__(
        self,
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
    ) -> None:
        """Check the options."""
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
        object.__setattr__(self, "_options", options)

    def parse_file(self, path: str | os.PathLike[str]) -> Table:
        r"""Read a file.

        Parameters
        ----------
        path : str or os.PathLike
            The path of the file.

        Returns
        -------
        Table
            The columns by name.

        Raises
        ------
        CsvError, OSError
            As for `read_csv`.

        Examples
        --------
        >>> import numpy_ext as npx, pathlib
        >>> written = pathlib.Path("made.csv").write_text("x\n1\n")
        >>> npx.CsvParser().parse_file("made.csv")["x"]
        array([1])
        """
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(
                f"path must be a str or os.PathLike, got {type(path).__name__}; "
                "parse_bytes takes bytes and buffers"
            )
        return read_source(path, self._options)

    def parse_string(self, text: str) -> Table:
        r"""Read text.

        Parameters
        ----------
        text : str
            The content.

        Returns
        -------
        Table
            The columns by name.

        Raises
        ------
        CsvError
            As for `read_csv`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.CsvParser(header=False).parse_string("1,2\n")["f1"]
        array([2])
        """
        return read_text(text, self._options)

    def parse_bytes(self, data: Buffer) -> Table:
        r"""Read content in memory.

        Parameters
        ----------
        data : bytes-like or array of uint8
            The content.

        Returns
        -------
        Table
            The columns by name.

        Raises
        ------
        CsvError
            As for `read_csv`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.CsvParser(nrows=1).parse_bytes(b"x\n1\n2\n")["x"]
        array([1])
        """
        if not has_memory(data):
            raise TypeError(
                f"data must be bytes or a buffer, got {type(data).__name__}; "
                "parse_string takes text, parse_file a path"
            )
        return read_source(data, self._options)

    def __repr__(self) -> str:
        return f"CsvParser({self._options.keywords()})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CsvParser):
            return NotImplemented
        return self._options == other._options

    def __hash__(self) -> int:
        return hash(self._options)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a CsvParser cannot be changed; make another one")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a CsvParser cannot be changed; make another one")

    def __reduce__(self) -> tuple[Any, ...]:
        return _parser, (self._options, type(self))


def _parser(options: CsvOptions, cls: type[CsvParser]) -> CsvParser:
    """Return a parser with these options; what pickle calls too."""
    self = cls.__new__(cls)
    object.__setattr__(self, "_options", options)
    return self
