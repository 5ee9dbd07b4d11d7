"""Every kind of thing that read_csv takes, and what it refuses."""

import array
import ctypes
import gc
import gzip
import io
import mmap
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from names import name_of

import numpy_ext as npx
from numpy_ext import _native, _source
from numpy_ext.errors import CsvDialectError, CsvSchemaError

DATA = b"id,name\n1,Ada\n2,\xc3\x89mile\n"
posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(DATA)
    return path


def assert_people(table: npx.Table) -> None:
    assert table.names == ("id", "name")
    assert table["id"].tolist() == [1, 2]
    assert table["name"].tolist() == ["Ada", "Émile"]


def open_files() -> set[str]:
    """Return the open descriptors with what they refer to."""
    return {
        f"{name} {os.readlink(f'/proc/self/fd/{name}')}"
        for name in os.listdir("/proc/self/fd")
        if os.path.islink(f"/proc/self/fd/{name}")
    }


class PathLike:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


class Reader:
    """An object whose read() returns what it was given."""

    def __init__(self, content):
        self.content = content

    def read(self):
        return self.content


# ---- Paths -----------------------------------------------------------------


def test_path_as_str_path_and_path_like(path):
    assert_people(npx.read_csv(str(path)))
    assert_people(npx.read_csv(path))
    assert_people(npx.read_csv(PathLike(str(path))))
    assert_people(npx.read_csv(PathLike(os.fsencode(path))))


def test_relative_path(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    assert_people(npx.read_csv("people.csv"))


@posix_only
@pytest.mark.parametrize("name", ["a b.csv", "é家.csv", "http:", "-", "*.csv", "a\tb"])
def test_str_is_a_literal_path(tmp_path, name):
    (tmp_path / name).write_bytes(DATA)
    assert_people(npx.read_csv(str(tmp_path / name)))


@posix_only
def test_path_that_is_not_utf8(tmp_path):
    path = os.fsdecode(os.path.join(os.fsencode(tmp_path), b"\xff.csv"))
    Path(path).write_bytes(DATA)
    assert_people(npx.read_csv(path))


def test_text_given_as_path_is_pointed_to_parse_csv():
    with pytest.raises(ValueError, match="use parse_csv to read text"):
        npx.read_csv("a,b\n1,2\n")


@posix_only
def test_path_object_may_have_a_line_break(tmp_path):
    path = tmp_path / "a\nb.csv"
    path.write_bytes(DATA)
    assert_people(npx.read_csv(path))


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        npx.read_csv(tmp_path / "none.csv")
    assert caught.value.filename == str(tmp_path / "none.csv")


@posix_only
def test_folder(tmp_path):
    with pytest.raises(IsADirectoryError):
        npx.read_csv(tmp_path)


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may all")
def test_file_without_permission(path):
    path.chmod(0)
    with pytest.raises(PermissionError):
        npx.read_csv(path)


def test_path_with_nul():
    with pytest.raises(ValueError, match="null byte"):
        npx.read_csv("a\0b")


def test_empty_file(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(CsvSchemaError, match="the source is empty"):
        npx.read_csv(tmp_path / "empty.csv")
    table = npx.read_csv(tmp_path / "empty.csv", names=["a"])
    assert table.shape == (0, 1)


@posix_only
def test_fifo(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(DATA,))
    writer.start()
    assert_people(npx.read_csv(fifo))
    writer.join()


@posix_only
def test_dev_null_is_empty():
    with pytest.raises(CsvSchemaError, match="the source is empty"):
        npx.read_csv(os.devnull)


@linux_only
def test_file_made_by_the_kernel_has_no_size_but_content():
    table = npx.read_csv("/proc/self/status", delimiter=":", header=False, usecols=[0])
    assert "VmRSS" in table["f0"].tolist()


# ---- Files that change -----------------------------------------------------


@pytest.fixture
def meddle(monkeypatch):
    """Return a function that runs an action between header and records."""

    def arrange(action):
        native = _native.csv_header

        def header_then_action(*args):
            result = native(*args)
            action()
            return result

        monkeypatch.setattr(_native, "csv_header", header_then_action)

    return arrange


def append(path):
    with path.open("ab") as file:
        file.write(b"3,Eve\n")


def overwrite(path):
    with path.open("r+b") as file:
        file.write(DATA.replace(b"Ada", b"Bob"))
    os.utime(path, ns=(1, 1))


def truncate(path):
    os.truncate(path, len(DATA) - 8)


@pytest.mark.parametrize("change", [append, overwrite, truncate])
def test_file_that_changes_is_an_os_error(path, meddle, change):
    meddle(lambda: change(path))
    with pytest.raises(OSError, match=r"was changed|became shorter"):
        npx.read_csv(path)


@posix_only
def test_file_replaced_by_rename_is_read_as_it_was(path, meddle, tmp_path):
    def replace():
        (tmp_path / "new.csv").write_bytes(b"other\n1\n")
        (tmp_path / "new.csv").rename(path)

    meddle(replace)
    assert_people(npx.read_csv(path))


@posix_only
def test_file_deleted_meanwhile_is_read(path, meddle):
    meddle(path.unlink)
    assert_people(npx.read_csv(path))


# ---- Descriptors -----------------------------------------------------------


@linux_only
def test_no_descriptor_stays_open(path, tmp_path, meddle):
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b'a,b\n1,2\n"')
    before = open_files()
    for _ in range(20):
        assert_people(npx.read_csv(path))
        with pytest.raises(CsvDialectError):
            npx.read_csv(broken)
        with pytest.raises(TypeError):
            npx.read_csv(path, usecols=[None])
        with pytest.raises(ValueError, match="delimiter"):
            npx.read_csv(path, delimiter="")
    meddle(lambda: append(path))
    with pytest.raises(OSError, match="was changed"):
        npx.read_csv(path)
    gc.collect()
    assert open_files() == before


# ---- Memory ----------------------------------------------------------------

BUFFERS = {
    "bytes": DATA,
    "bytearray": bytearray(DATA),
    "memoryview": memoryview(DATA),
    "reversed memoryview": memoryview(DATA[::-1])[::-1],
    "strided memoryview": memoryview(bytes(b for c in DATA for b in (c, 0)))[::2],
    "uint8 array": np.frombuffer(DATA, np.uint8),
    "strided array": np.repeat(np.frombuffer(DATA, np.uint8), 3)[1::3],
    "reversed array": np.frombuffer(DATA[::-1], np.uint8)[::-1],
    "array.array": array.array("B", DATA),
    "ctypes": (ctypes.c_ubyte * len(DATA)).from_buffer_copy(DATA),
    "memoryview of chars": memoryview(DATA).cast("c"),
    "memoryview of S1": memoryview(np.frombuffer(DATA, "S1")),
    "two rows": np.frombuffer(DATA[:22], np.uint8).reshape(2, 11),
}


@pytest.mark.parametrize("name", BUFFERS)
def test_content_from_memory(name):
    buffer = BUFFERS[name]
    size = memoryview(buffer).nbytes
    table = npx.read_csv(buffer)
    assert repr(table) == repr(npx.read_csv(DATA[:size]))
    assert repr(npx.read_csv(buffer, usecols=["name"])["name"][0]) == "'Ada'"


@pytest.mark.parametrize("name", BUFFERS)
def test_error_in_memory_shows_its_line(name):
    buffer = BUFFERS[name]
    with pytest.raises(CsvSchemaError):
        npx.read_csv(buffer, names=["one"])
    with pytest.raises(npx.errors.CsvRaggedError) as caught:
        npx.read_csv(buffer, delimiter="m")
    assert caught.value.excerpt.startswith("1,Ada")


def test_content_from_mmap(path):
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        assert_people(npx.read_csv(mapped))
        mapped.seek(5)  # where a file would be read on: a buffer has no position
        assert_people(npx.read_csv(mapped))
        with pytest.raises(npx.errors.CsvRaggedError):
            npx.read_csv(mapped, delimiter="m")
        assert_people(npx.read_csv(memoryview(mapped)[:]))


@pytest.mark.parametrize("empty", [b"", bytearray(), memoryview(b""), array.array("B")])
def test_empty_memory(empty):
    with pytest.raises(CsvSchemaError, match="the source is empty"):
        npx.read_csv(empty)


def test_values_do_not_share_memory_with_the_source():
    data = bytearray(b"a,b\n1,x" + b"y" * 100 + b"\n")
    table = npx.read_csv(data)
    data[:] = b"?" * len(data)
    assert table["a"].tolist() == [1]
    assert table["b"].tolist() == ["x" + "y" * 100]


def test_memory_can_be_resized_and_released_after_an_error():
    data = bytearray(b'a,b\n"')
    try:
        npx.read_csv(data)
    except CsvDialectError:
        data.append(1)
    view = memoryview(data)
    try:
        npx.read_csv(view)
    except CsvDialectError:
        view.release()


def test_memory_cannot_be_resized_while_it_is_read(meddle):
    data = bytearray(DATA)
    meddle(data.clear)
    with pytest.raises(BufferError):
        npx.read_csv(data)
    assert data == DATA


@pytest.mark.parametrize(
    "values",
    [np.array(["a"]), np.zeros(3, np.int8), np.zeros(3), np.zeros(3, "M8[s]"),
     np.array([None])],
    ids=lambda values: str(values.dtype),
)  # fmt: skip
def test_array_must_be_of_uint8(values):
    with pytest.raises(TypeError, match="must be of uint8, got"):
        npx.read_csv(values)


# ---- File objects ----------------------------------------------------------


def test_open_files(path):
    with path.open("rb") as file:
        assert_people(npx.read_csv(file))
        assert not file.closed
    with path.open("rb", buffering=0) as file:
        assert_people(npx.read_csv(file))
    with path.open(encoding="utf-8") as file:
        assert_people(npx.read_csv(file))


def test_text_file_in_another_encoding(path):
    path.write_bytes(DATA.decode().encode("utf-16"))
    with path.open(encoding="utf-16") as file:
        assert_people(npx.read_csv(file))


def test_file_objects_in_memory():
    assert_people(npx.read_csv(io.BytesIO(DATA)))
    assert_people(npx.read_csv(io.StringIO(DATA.decode())))
    assert_people(npx.read_csv(io.BufferedReader(io.BytesIO(DATA))))


def test_file_object_is_read_from_where_it_is():
    file = io.BytesIO(b"# comment\n" + DATA)
    file.readline()
    assert_people(npx.read_csv(file))
    assert file.read() == b""


def test_named_temporary_file():
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(DATA)
        file.seek(0)
        assert_people(npx.read_csv(file))


@pytest.mark.parametrize(
    "content",
    [
        DATA,
        DATA.decode(),
        bytearray(DATA),
        memoryview(DATA),
        memoryview(DATA[::-1])[::-1],
    ],
    ids=["bytes", "str", "bytearray", "memoryview", "reversed memoryview"],
)
def test_any_object_with_read(content):
    assert_people(npx.read_csv(Reader(content)))


@pytest.mark.parametrize("content", [None, 5, ["a"], np.zeros(3, np.uint8)])
def test_read_returns_bytes_or_str(content):
    with pytest.raises(
        TypeError, match=r"^read\(\) of a source must return bytes or str"
    ):
        npx.read_csv(Reader(content))


def test_name_of_a_file_object_is_shown_in_errors(path):
    path.write_bytes(b'a\n"')
    with path.open("rb") as file, pytest.raises(CsvDialectError) as caught:
        npx.read_csv(file)
    assert caught.value.path == str(path)


def test_name_that_is_no_str_is_not_shown():
    reader = Reader('a\n"')
    reader.name = 7
    with pytest.raises(CsvDialectError) as caught:
        npx.read_csv(reader)
    assert caught.value.path is None


def test_exception_of_read_is_passed_on():
    closed = io.BytesIO(DATA)
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        npx.read_csv(closed)


def test_lone_surrogate_is_a_unicode_error():
    with pytest.raises(UnicodeEncodeError):
        npx.read_csv(io.StringIO("a\n\ud800\n"))
    with pytest.raises(UnicodeEncodeError):
        npx.parse_csv("a\n\ud800\n")


# ---- Pipes and pieces ------------------------------------------------------


@posix_only
@pytest.mark.parametrize("buffering", [0, -1])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_pipe_that_is_written_slowly(buffering, pack):
    read_end, write_end = os.pipe()
    data = pack(DATA)

    def write():
        for at in range(len(data)):
            os.write(write_end, data[at : at + 1])
        os.close(write_end)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(read_end, "rb", buffering=buffering) as pipe:
        assert_people(npx.read_csv(pipe))
    writer.join()


@linux_only
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_path_of_a_pipe(pack):
    read_end, write_end = os.pipe()
    os.write(write_end, pack(DATA))
    os.close(write_end)
    assert_people(npx.read_csv(f"/dev/fd/{read_end}"))
    os.close(read_end)


def test_standard_input():
    program = (
        "import sys, numpy_ext as npx;"
        "t = npx.read_csv(sys.stdin.buffer); print(ascii(t['name'].tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], input=DATA, capture_output=True
    )
    assert done.stdout.decode().strip() == "['Ada', '\\xc9mile']", done.stderr


@pytest.mark.parametrize("buffering", [0, None])
def test_socket(buffering):
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb", buffering=buffering) as file:
        theirs.sendall(DATA)
        theirs.shutdown(socket.SHUT_WR)
        assert_people(npx.read_csv(file))


def pieces(size):
    for at in range(0, len(DATA), size):
        yield DATA[at : at + size]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_iterable_of_bytes_cut_anywhere(size):
    assert_people(npx.read_csv(pieces(size)))
    assert_people(npx.read_csv(list(pieces(size))))
    assert_people(npx.read_csv(map(bytearray, pieces(size))))
    assert_people(npx.read_csv(map(memoryview, pieces(size))))
    packed = gzip.compress(DATA)
    cut = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert_people(npx.read_csv(iter(cut)))


def test_iterable_of_nothing_is_an_empty_source():
    for nothing in (iter([]), iter([b"", b""])):
        with pytest.raises(CsvSchemaError, match="the source is empty"):
            npx.read_csv(nothing)


@pytest.mark.parametrize(
    ("piece", "hint"),
    [
        ("a\n", r"parse_csv\(''\.join\(\.\.\.\)\) reads text"),
        (Path("a.csv"), r"read_csv\(sorted\(\.\.\.\)\)"),
        (7, "got int"),
        (None, "got NoneType"),
        (np.zeros(2), "must be of uint8"),
    ],
    ids=repr,
)
def test_pieces_must_be_bytes(piece, hint):
    with pytest.raises(TypeError, match=hint):
        npx.read_csv(iter([b"a\n", piece]))


def test_exception_of_an_iterable_is_passed_on():
    def broken():
        yield b"a\n"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        npx.read_csv(broken())


# ---- Everything else -------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [None, 5, True, 1.5, {"a": 1}, {b"a"}, {b"a": 1}.keys(), object(), len],
    ids=name_of,
)
def test_other_types_are_refused(source):
    with pytest.raises(TypeError, match="source must be a path, bytes, a buffer or a"):
        npx.read_csv(source)


@pytest.mark.parametrize("text", [b"a\n", None, 5, ["a"], io.StringIO("a\n")])
def test_parse_csv_takes_str_only(text):
    with pytest.raises(
        TypeError, match=r"text must be str, got .* read_csv takes bytes"
    ):
        npx.parse_csv(text)


def test_str_subclass_is_a_str():
    assert_people(npx.parse_csv(np.str_(DATA.decode())))


def test_excerpt_of_a_long_line_is_cut():
    source = _source.NativeSource(b"x" * 500, 0)
    excerpt, caret = source.excerpt(250)
    assert (len(excerpt), caret) == (120, 60)
