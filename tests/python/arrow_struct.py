"""The structs of the Arrow C interfaces in ctypes: a consumer and a bad producer."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p

import numpy as np


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_void_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(Schema))),
    ("dictionary", POINTER(Schema)),
    ("release", c_void_p),
    ("private_data", c_void_p),
]
Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(Array))),
    ("dictionary", POINTER(Array)),
    ("release", c_void_p),
    ("private_data", c_void_p),
]
Stream._fields_ = [
    ("get_schema", c_void_p),
    ("get_next", c_void_p),
    ("get_last_error", c_void_p),
    ("release", c_void_p),
    ("private_data", c_void_p),
]

GET_SCHEMA = CFUNCTYPE(c_int, c_void_p, POINTER(Schema))
GET_NEXT = CFUNCTYPE(c_int, c_void_p, POINTER(Array))
GET_LAST_ERROR = CFUNCTYPE(c_void_p, c_void_p)
RELEASE = CFUNCTYPE(None, c_void_p)

api = ctypes.pythonapi
api.PyCapsule_GetPointer.restype = c_void_p
api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, c_char_p]
api.PyCapsule_New.restype = ctypes.py_object
api.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]

FOREVER: list[object] = []
"""What C structs point at: a test's producers are few and small."""


def release(struct: Schema | Array | Stream) -> None:
    if struct.release:
        RELEASE(struct.release)(ctypes.addressof(struct))


# ---- A consumer ------------------------------------------------------------


def formats_of(schema: Schema) -> dict[str, str]:
    fields = [schema.children[i].contents for i in range(schema.n_children)]
    return {field.name.decode(): field.format.decode() for field in fields}


def formats(capsule: object) -> dict[str, str]:
    """Return names and formats of the fields of a schema."""
    schema = Schema.from_address(api.PyCapsule_GetPointer(capsule, b"arrow_schema"))
    found = formats_of(schema)
    release(schema)
    return found


class Column:
    def __init__(self, array: Array) -> None:
        self.array = array
        self.length, self.null_count = array.length, array.null_count
        self.n_buffers = array.n_buffers
        self.buffers = [array.buffers[i] for i in range(array.n_buffers)]

    def valid(self) -> list[bool]:
        bits = ctypes.string_at(self.buffers[0], (self.length + 7) // 8)
        return [bool(bits[i // 8] >> i % 8 & 1) for i in range(self.length)]


class Batch:
    """A record batch that is released when it dies."""

    def __init__(self, array: Array, names: list[str]) -> None:
        self.array, self.names, self.length = array, names, array.length

    def column(self, name: str) -> Column:
        return Column(self.array.children[self.names.index(name)].contents)

    def release_without_interpreter(self) -> None:
        """Call release as another thread of C would (ctypes lets go of the lock)."""
        release(self.array)

    def release_at_exit(self, libc: ctypes.CDLL) -> None:
        """Leave the release to the C library, after the interpreter has ended."""
        malloc, at_exit = libc.malloc, getattr(libc, "__cxa_atexit")
        malloc.restype = c_void_p
        place = malloc(ctypes.sizeof(Array))
        ctypes.memmove(place, ctypes.byref(self.array), ctypes.sizeof(Array))
        at_exit(c_void_p(self.array.release), c_void_p(place), None)
        self.array.release = None

    def __del__(self) -> None:
        release(self.array)


def consume(
    source: object, requested: dict[str, str] | None = None
) -> tuple[dict[str, str], Batch]:
    """Return formats and the only batch of a table or of a stream's capsule."""
    if hasattr(source, "__arrow_c_stream__"):
        wanted = None if requested is None else schema_capsule(requested)
        source = source.__arrow_c_stream__(wanted)
    place = api.PyCapsule_GetPointer(source, b"arrow_array_stream")
    stream = Stream.from_address(place)
    schema, array, end = Schema(), Array(), Array()
    assert GET_SCHEMA(stream.get_schema)(place, schema) == 0
    assert GET_NEXT(stream.get_next)(place, array) == 0
    assert GET_NEXT(stream.get_next)(place, end) == 0
    assert not end.release
    release(stream)
    found = formats_of(schema)
    release(schema)
    return found, Batch(array, list(found))


# ---- A producer ------------------------------------------------------------


@RELEASE
def do_nothing(_struct: int) -> None:
    """Release what lives as long as the process."""


def kept(value: object) -> object:
    FOREVER.append(value)
    return value


def capsule(struct: ctypes.Structure, name: bytes) -> object:
    kept(struct)
    return api.PyCapsule_New(ctypes.addressof(struct), kept(name), None)


def released_by(struct: Schema | Array) -> Schema | Array:
    struct.release = ctypes.cast(do_nothing, c_void_p)
    return struct


def struct_schema(fields: list[tuple[bytes, bytes]], top: bytes = b"+s") -> Schema:
    children = [released_by(Schema(format=f, name=n)) for n, f in fields]
    pointers = (POINTER(Schema) * len(children))(*map(ctypes.pointer, children))
    kept((children, pointers))
    schema = Schema(format=top, name=b"", n_children=len(children), children=pointers)
    return released_by(schema)


def schema_capsule(fields: dict[str, str]) -> object:
    pairs = [(n.encode(), f.encode()) for n, f in fields.items()]
    return capsule(struct_schema(pairs), b"arrow_schema")


def struct_array(columns: list[Array], length: int, offset: int = 0) -> Array:
    pointers = (POINTER(Array) * len(columns))(*map(ctypes.pointer, columns))
    buffers = (c_void_p * 1)(None)
    kept((columns, pointers, buffers))
    array = Array(
        length=length,
        offset=offset,
        n_buffers=1,
        n_children=len(columns),
        buffers=buffers,
        children=pointers,
    )
    return released_by(array)


def int_array(
    values: list[int], null_count: int = 0, n_buffers: int = 2, no_values: bool = False
) -> Array:
    data = kept(np.array(values, dtype=np.int64))
    place = None if no_values else data.__array_interface__["data"][0]
    buffers = kept((c_void_p * 2)(None, place))
    array = Array(
        length=len(values),
        null_count=null_count,
        n_buffers=n_buffers,
        buffers=buffers,
    )
    return released_by(array)


def array_capsules(
    values: tuple[int, ...] = (1, 2, 3),
    format: str = "l",
    top: str = "+s",
    name: bytes = b"x",
    length: int | None = None,
    child_length: int | None = None,
    offset: int = 0,
    twice: bool = False,
    **changes: object,
) -> tuple[object, object]:
    """Return a batch of one column of int64, right or wrong as it is told to be."""
    count = 2 if twice else 1
    columns = [int_array(list(values), **changes) for _ in range(count)]
    rows = len(values) - max(offset, 0) if length is None else length
    if child_length is not None:
        columns[0].length = child_length
    schema = struct_schema([(name, format.encode())] * count, top.encode())
    batch = struct_array(columns, rows, offset)
    return capsule(schema, b"arrow_schema"), capsule(batch, b"arrow_array")


def stream_capsule(error: int, message: bytes | None = None) -> object:
    """Return a stream whose batches cannot be had."""

    def get_schema(_stream: int, out: object) -> int:
        out[0] = struct_schema([(b"x", b"l")])
        return 0

    def get_next(_stream: int, out: object) -> int:
        return error

    def get_last_error(_stream: int) -> int | None:
        return None if message is None else ctypes.cast(message, c_void_p).value

    functions = [
        kept(kind(function))
        for kind, function in (
            (GET_SCHEMA, get_schema),
            (GET_NEXT, get_next),
            (GET_LAST_ERROR, get_last_error),
            (RELEASE, do_nothing),
        )
    ]
    kept(message)
    stream = Stream(*[ctypes.cast(function, c_void_p) for function in functions])
    return capsule(stream, b"arrow_array_stream")
