"""write_ndjson: files and file objects, blocks, and what is left after an error."""

import io
import pathlib

import numpy as np
import pytest
from json_oracle import STRING, columns

import numpy_ext as npx
from numpy_ext.errors import JsonError


def test_lines_in_a_file_object():
    file = io.BytesIO()
    data = columns()
    assert npx.write_ndjson(data, file) == len(file.getvalue())
    assert file.getvalue() == npx.to_json(data, "ndjson")
    assert not file.closed


@pytest.mark.parametrize("rows", [0, 1, 1023, 1024, 1025, 300_000])
def test_lines_of_many_blocks(rows, tmp_path):
    values = np.arange(2 * rows).reshape(rows, 2)
    data = {"a": values[:, 0], "text": values[:, 1].astype(STRING)}
    for obj in (values, data, npx.Table.from_dict(data)):
        path = tmp_path / "x.ndjson"
        written = npx.write_ndjson(obj, path)
        assert path.read_bytes() == npx.to_json(obj, "ndjson")
        assert written == path.stat().st_size
    assert [child.name for child in tmp_path.iterdir()] == ["x.ndjson"]


def test_memory_does_not_grow_with_the_rows():
    sizes = []

    class Sink:
        def write(self, data):
            sizes.append(len(data))

    rows = 3_000_000
    values = np.broadcast_to(np.float64(0.1 + 0.2), (rows,))
    assert npx.write_ndjson(values, Sink()) == rows * 20 == sum(sizes)
    assert len(sizes) > 5
    assert max(sizes) < 2**24


def test_a_file_is_replaced_when_all_is_written(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text("before\n")
    path.chmod(0o640)
    values = np.arange(10_000) / 8
    values[9_000] = np.nan
    with pytest.raises(JsonError) as caught:
        npx.write_ndjson(values, path, nan="raise")
    assert caught.value.index == 9_000
    assert path.read_text() == "before\n"
    link = tmp_path / "link"
    link.symlink_to(path)
    npx.write_ndjson(values, link)
    assert path.read_bytes() == npx.to_json(values, "ndjson")
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(child.name for child in tmp_path.iterdir()) == ["link", "x.ndjson"]


def test_lines_before_a_fault_are_whole():
    file = io.BytesIO()
    values = np.arange(10_000) / 8
    values[9_000] = np.nan
    with pytest.raises(JsonError):
        npx.write_ndjson(values, file, nan="raise")
    lines = file.getvalue()
    assert lines == npx.to_json(values[: lines.count(b"\n")], "ndjson")


def test_objects_of_later_blocks_have_their_index():
    items = np.array(["x"] * 5000 + [{}], dtype=object)
    with pytest.raises(TypeError, match="item 5000: objects must be"):
        npx.write_ndjson(items, io.BytesIO())


def test_raw_files_that_take_a_part():
    taken = []

    class Raw(io.RawIOBase):
        def write(self, data):
            taken.append(bytes(data[:7]))
            return len(taken[-1])

    values = np.arange(1000)
    assert npx.write_ndjson(values, Raw()) == len(npx.to_json(values, "ndjson"))
    assert b"".join(taken) == npx.to_json(values, "ndjson")


def test_devices_are_written_to_directly():
    assert npx.write_ndjson(np.arange(3), pathlib.Path("/dev/null")) == 6


@pytest.mark.parametrize(
    ("target", "message"),
    [(io.StringIO(), "open it with 'wb'"), (3, "got int"), (None, "got NoneType")],
)
def test_targets_that_are_none(target, message):
    with pytest.raises(TypeError, match=message):
        npx.write_ndjson([1], target)


def test_folders_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        npx.write_ndjson([1], tmp_path / "none" / "x")


def test_lines_of_records_of_more_dimensions_are_refused():
    with pytest.raises(ValueError, match="of one dimension"):
        npx.write_ndjson(np.zeros((2, 2), dtype=[("a", "i4")]), io.BytesIO())


def test_errors_name_what_the_user_named(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        npx.write_ndjson([1], tmp_path / "nowhere" / "t.ndjson")
    assert caught.value.filename == str(tmp_path / "nowhere" / "t.ndjson")
