from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

_Dialect: TypeAlias = (
    tuple[int, int, bool, int]
    | tuple[int, int, bool, int, int, bool, bool, bytes, bytes, bytes]
)
# Bytes; or with the pieces of a source of which not all is text.
_Size: TypeAlias = int | tuple[int, bytes]
_Request: TypeAlias = tuple[int, str, int, int]
_Words: TypeAlias = tuple[bytes, ...]
_Rule: TypeAlias = (
    tuple[bool, _Words, _Words, _Words, bool, bool, bool]
    | tuple[bool, _Words, _Words, _Words, bool, bool, bool, int, bytes, bytes]
)
_Decider: TypeAlias = tuple[str, str | None, int, int, str, bool]
_Column: TypeAlias = tuple[
    str,
    npt.NDArray[Any] | object,
    npt.NDArray[np.bool_] | None,
    int,
    _Decider | None,
    bool,
]

_ArrowColumn: TypeAlias = tuple[
    str,
    str,
    npt.NDArray[Any] | object,
    npt.NDArray[np.bool_] | None,
    bool,
    object | None,
]
_Imported: TypeAlias = tuple[str, str, Any, npt.NDArray[np.bool_] | None, int, bool]

_Groups: TypeAlias = tuple[
    npt.NDArray[Any],
    npt.NDArray[np.int64] | None,
    npt.NDArray[np.int64] | None,
    npt.NDArray[np.int64] | None,
    int,
]

_Key: TypeAlias = tuple[object, npt.NDArray[np.bool_] | None, bool]

ufuncs: dict[str, np.ufunc]

def argsort_rows(
    values: npt.NDArray[Any],
    result: npt.NDArray[np.intp] | None,
    descending: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[np.intp]: ...
def arrow_import(
    stream_or_schema: object, array: object | None = None, /
) -> tuple[int, list[_Imported]]: ...
def arrow_schema(columns: Sequence[_ArrowColumn], /) -> object: ...
def arrow_stream(
    columns: Sequence[_ArrowColumn], rows: int, requested: object | None, /
) -> object: ...
def build_info() -> dict[str, str | bool]: ...
def code_page_measure(
    page: tuple[bytes, ...], text: Any, threads: int, handle_signals: bool, /
) -> int: ...
def code_page_write(
    page: tuple[bytes, ...],
    text: Any,
    out: Any,
    threads: int,
    handle_signals: bool,
    /,
) -> None: ...
def csv_date_unit(format: bytes, /) -> str: ...
def csv_drop_footer(
    source: Any,
    size: _Size,
    dialect: _Dialect,
    start: int,
    fields: int,
    skip_blank: bool,
    wanted: int,
    block_bytes: int,
    threads: int,
    handle_signals: bool,
    /,
) -> tuple[bytes, int]: ...
def csv_header(
    source: Any,
    size: _Size,
    dialect: _Dialect,
    skip_lines: int,
    records: int,
    want_names: bool,
    strip: bool,
    /,
) -> tuple[int, list[str], int, int, int, int]: ...
def csv_leave_out(
    source: Any, size: _Size, dialect: _Dialect, numbers: Any, /
) -> tuple[bytes, int]: ...
def csv_line_count(source: Any, size: _Size, dialect: _Dialect, /) -> int: ...
def csv_place(
    source: Any,
    size: _Size,
    dialect: _Dialect,
    start: int,
    fields: int,
    skip_blank: bool,
    row: int,
    field: int,
    /,
) -> tuple[int, int]: ...
def csv_read(
    source: Any,
    size: _Size,
    dialect: _Dialect,
    start: int,
    fields: int,
    requests: tuple[_Request, ...],
    rules: tuple[_Rule, ...],
    skip_blank: bool,
    row_limit: int,
    block_bytes: int,
    threads: int,
    handle_signals: bool,
    progress: Callable[[int, int], object] | None,
    /,
) -> tuple[int, list[_Column], tuple[float, float, float, float, float]]: ...
def disable_cpu(features: str, /) -> None: ...
def first_stray(objects: npt.NDArray[Any], bytes: bool, /) -> int | None: ...
def format_values(
    values: npt.NDArray[Any],
    mask: npt.NDArray[np.bool_] | None,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[Any] | None: ...
def group(
    items: npt.NDArray[Any],
    mask: npt.NDArray[np.bool_] | None,
    skip_missing: bool,
    want: int,
    threads: int,
    handle_signals: bool,
    /,
) -> _Groups | None: ...
def hex_strings(digests: npt.NDArray[np.uint8], /) -> npt.NDArray[Any]: ...
def json_array(
    array: npt.NDArray[Any], threads: int, handle_signals: bool, /
) -> bytes | tuple[int, int, int, int, int] | None: ...
def json_document(
    sections: list[tuple[Any, ...]],
    after: bytes,
    nan: int,
    big: int,
    threads: int,
    handle_signals: bool,
    /,
) -> bytes | tuple[int, int, int, int, int]: ...
def ndjson_key(source: Any, size: int, byte: int, /) -> str | None: ...
def ndjson_keys(
    source: Any, size: int, bytes: int, row_limit: int, /
) -> list[tuple[int, int, str]]: ...
def ndjson_place(source: Any, size: int, key: str, row: int, /) -> tuple[int, int]: ...
def ndjson_read(
    source: Any,
    size: int,
    keys: tuple[str, ...],
    requests: tuple[_Request, ...],
    rules: tuple[_Rule, ...],
    nested_text: bool,
    row_limit: int,
    block_bytes: int,
    threads: int,
    handle_signals: bool,
    progress: Callable[[int, int], object] | None,
    wants_more: bool,
    /,
) -> tuple[
    int,
    list[_Column] | None,
    tuple[float, float, float, float, float] | None,
    list[tuple[int, int, str]],
]: ...
def order_by(
    columns: Sequence[_Key],
    lanes: int,
    rows: int,
    want_begins: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_] | None]: ...
def parse_values(
    items: npt.NDArray[Any],
    dtype: np.dtype[Any],
    skip: npt.NDArray[np.bool_] | None,
    bounds: tuple[float, float, bool, bool] | None,
    stop: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8] | None, int]: ...
def pattern_compile(
    is_text: bool,
    at_start: bool,
    end: int,
    parts: tuple[tuple[bytes] | tuple[int, int, int | None], ...],
    sets: tuple[bytes, ...],
    /,
) -> object: ...
def pattern_count(
    pattern: object, texts: npt.NDArray[Any], /
) -> npt.NDArray[np.int64]: ...
def pattern_gather(
    pattern: object,
    texts: npt.NDArray[Any],
    kind: int,
    groups: tuple[tuple[int, int], ...],
    pieces: tuple[bytes | tuple[int, int], ...],
    limit: int | None,
    /,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]: ...
def pattern_takes(pattern: object, array: object, /) -> bool: ...
def pattern_test(
    pattern: object, texts: npt.NDArray[Any], how: int, /
) -> npt.NDArray[np.bool_]: ...
def reduce_extremes(
    which: int,
    items: npt.NDArray[Any],
    taken: npt.NDArray[np.bool_] | None,
    axes: int | tuple[int, ...] | None,
    keepdims: bool,
    skip_nan: bool,
    want_taken: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> Any: ...
def rank(
    columns: Sequence[_Key],
    lanes: int,
    rows: int,
    method: int,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[Any]: ...
def search(
    items: npt.NDArray[Any],
    sorter: npt.NDArray[np.int64] | None,
    needles: npt.NDArray[Any],
    right: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[np.int64]: ...
def reduce_floats(
    op: int,
    items: npt.NDArray[Any],
    factors: npt.NDArray[Any] | None,
    taken: npt.NDArray[np.bool_] | None,
    axes: int | tuple[int, ...] | None,
    keepdims: bool,
    skip_nan: bool,
    ddof: float,
    narrow: bool,
    want_taken: bool,
    accuracy: int,
    threads: int,
    handle_signals: bool,
    /,
) -> Any: ...
def reduce_ints(
    op: int,
    items: npt.NDArray[Any],
    factors: npt.NDArray[Any] | None,
    taken: npt.NDArray[np.bool_] | None,
    axes: int | tuple[int, ...] | None,
    keepdims: bool,
    skip_nan: bool,
    want_taken: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> Any: ...
def sha256_chunks(
    data: Any, size: int, threads: int, handle_signals: bool, /
) -> npt.NDArray[np.uint8]: ...
def sha256_hex(items: object, /) -> npt.NDArray[Any] | None: ...
def sort_rows(
    values: npt.NDArray[Any],
    result: npt.NDArray[Any] | None,
    descending: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[Any]: ...
def sort_texts(
    items: npt.NDArray[Any],
    result: npt.NDArray[Any],
    descending: bool,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[np.int64] | None: ...
def string_array(
    column: object,
    na_object: object,
    mask: npt.NDArray[np.bool_] | None,
    threads: int = 1,
    /,
) -> npt.NDArray[Any]: ...
def string_buffers(
    column: object, /
) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[np.uint8]]]: ...
def string_capsule(
    array: npt.NDArray[Any], mask: npt.NDArray[np.bool_] | None = None, /
) -> object: ...
def string_categories(
    column: object,
    mask: npt.NDArray[np.bool_] | None,
    threads: int,
    handle_signals: bool,
    /,
) -> tuple[npt.NDArray[np.int32], object, int]: ...
def string_concat(columns: list[object], /) -> object: ...
def string_equal(a: object, b: object, /) -> npt.NDArray[np.bool_]: ...
def string_fixed(
    column: object, kind: str, width: int, threads: int = 1, /
) -> npt.NDArray[Any]: ...
def string_from_buffers(
    views: npt.NDArray[np.uint8], slabs: list[npt.NDArray[np.uint8]], length: int, /
) -> object: ...
def string_list(column: object, start: int, stop: int, /) -> list[str]: ...
def string_missing(strings: npt.NDArray[Any], /) -> npt.NDArray[np.bool_]: ...
def string_nul(column: object, /) -> int | None: ...
def string_slice(column: object, start: int, stop: int, /) -> object: ...
def string_take(column: object, rows: npt.NDArray[np.int64], /) -> object: ...
def value_dtype(dtype: npt.DTypeLike, /) -> np.dtype[Any] | None: ...
def take_rows(
    columns: Sequence[object], rows: npt.NDArray[np.int64], threads: int, /
) -> list[Any]: ...
def take_strings(
    items: npt.NDArray[Any],
    places: npt.NDArray[np.int64],
    out: npt.NDArray[Any],
    threads: int,
    /,
) -> None: ...
def top_k(
    columns: Sequence[_Key],
    lanes: int,
    rows: int,
    k: int,
    threads: int,
    handle_signals: bool,
    /,
) -> npt.NDArray[np.int64]: ...
def word_count(text: Any, threads: int, handle_signals: bool, /) -> int: ...
def word_groups(
    text: str | bytes, as_str: bool, threads: int, handle_signals: bool, /
) -> object: ...
def word_groups_top(
    groups: object, limit: int, as_bytes: bool, /
) -> list[tuple[Any, int]]: ...
