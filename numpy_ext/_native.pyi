from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

_Decider: TypeAlias = tuple[str, str | None, int, int, str, bool]
_Column: TypeAlias = tuple[
    str,
    npt.NDArray[Any] | object,
    npt.NDArray[np.bool_] | None,
    int,
    _Decider | None,
    bool,
]

def build_info() -> dict[str, str | bool]: ...
def csv_header(
    source: Any, size: int, delimiter: int, quote: int, want_names: bool, /
) -> tuple[int, list[str], int, int]: ...
def csv_read(
    source: Any,
    size: int,
    delimiter: int,
    quote: int,
    start: int,
    fields: int,
    columns: tuple[int, ...],
    skip_blank: bool,
    block_bytes: int,
    threads: int,
    handle_signals: bool,
    /,
) -> tuple[int, list[_Column]]: ...
def disable_cpu(features: str, /) -> None: ...
def string_array(
    column: object,
    na_object: object,
    mask: npt.NDArray[np.bool_] | None,
    threads: int = 1,
    /,
) -> npt.NDArray[Any]: ...
def string_fixed(
    column: object, kind: str, width: int, threads: int = 1, /
) -> npt.NDArray[Any]: ...
def string_list(column: object, start: int, stop: int, /) -> list[str]: ...
