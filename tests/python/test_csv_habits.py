"""What users of other tools try: it works, or the message leads to what does."""

import array
import codecs
import gzip
import io
import pathlib
import pickle
import tarfile
import warnings
import zipfile

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.errors import (
    CompressionError,
    CsvDialectError,
    CsvEncodingError,
    CsvError,
    CsvRaggedError,
    CsvSchemaError,
    CsvValueError,
    CsvWarning,
)

PLAIN = b"a,b\n1,2\n3,4\n"


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name: str, content: bytes) -> str:
    pathlib.Path(name).write_bytes(content)
    return name


def warnings_of(source, **options) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        npx.read_csv(source, **options)
    assert all(w.category is CsvWarning for w in caught)
    return [str(w.message) for w in caught]


# ---- Delimiters ------------------------------------------------------------


@pytest.mark.parametrize("pattern", [r"\s+", "\t+", r"\t+", " +", r"[ \t]+"])
def test_pattern_of_blanks_leads_to_whitespace(pattern):
    with pytest.raises(ValueError, match="'whitespace' takes runs"):
        npx.read_csv(PLAIN, delimiter=pattern)


@pytest.mark.parametrize("delimiter", ["[,;]", r"\t", r"\|", ";|,", "tab", "AUTO"])
def test_delimiter_that_is_a_pattern_or_a_name_warns(delimiter):
    (message,) = warnings_of(PLAIN, delimiter=delimiter)
    assert f"delimiter={delimiter!r} is text, no pattern" in message


@pytest.mark.parametrize(
    "delimiter", ["||", "|~|", "~|~", "^|^", "whitespace", ";", "\0"]
)
def test_delimiter_of_a_source_of_one_column_is_no_pattern(delimiter):
    assert warnings_of(b"a\n1\n", delimiter=delimiter) == []


def test_text_that_looks_like_a_pattern_delimits():
    assert warnings_of(b"a[,]b\n1[,]2\n", delimiter="[,]") == []
    assert npx.read_csv(b"a;+b\n1;+2\n", delimiter=";+").names == ("a", "b")


# ---- Names -----------------------------------------------------------------


def test_names_for_a_source_without_a_header_warn():
    (message,) = warnings_of(b"Oslo,2\nRome,4\n", names=["x", "y"])
    assert message == (
        "names= replaces the first record, but that has numbers: Oslo, 2; header=False?"
    )
    assert warnings_of(b"Oslo,2\n", names=["x", "y"], header=False) == []
    assert warnings_of(b"a,b\n1,2\n", names=["x", "y"]) == []
    assert warnings_of(b"a\xff,b\n1,2\n", names=["x", "y"]) == []


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_without_a_mark_warns_of_its_nul(order):
    source = "a,b\n1,2".encode(f"utf-16-{order}")
    with pytest.warns(CsvWarning, match=f"encoding='utf-16-{order}'"):
        npx.read_csv(source)


# ---- Paths -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("https://example.org/a.csv", "urlopen"),
        ("s3://bucket/a.csv", "file object"),
        ("~/a.csv", "expanduser"),
        ("-", "sys.stdin.buffer"),
        ("*.csv", "glob=True"),
        ("a,b", "parse_csv"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"delimiter": "auto"}])
def test_str_that_is_no_path_leads_to_what_reads_it(path, advice, options):
    with pytest.raises(FileNotFoundError, match=advice) as caught:
        npx.read_csv(path, **options)
    assert caught.value.filename == path
    with pytest.raises(FileNotFoundError, match=advice):
        npx.sniff_csv(path)


def test_path_that_may_be_one_is_not_commented_on():
    for path in ("a.csv", "sales, 2026.csv", "folder/a.csv"):
        with pytest.raises(FileNotFoundError) as caught:
            npx.read_csv(path)
        assert caught.value.strerror == "No such file or directory"


def test_bytes_of_a_path_object():
    class Named:
        def __fspath__(self) -> bytes:
            return b"a.csv"

    write("a.csv", PLAIN + b"5\n")
    for options in ({}, {"delimiter": "auto"}):
        t = npx.read_csv(Named(), on_error="collect", **options)
        assert t.num_rows == 2
        assert t.rejects["file"].tolist() == ["a.csv"]


def test_buffer_of_wider_items_is_refused():
    with pytest.raises(TypeError, match="items of 4 bytes"):
        npx.read_csv(array.array("i", [1, 2]))


# ---- Archives --------------------------------------------------------------


def tar_of(mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(PLAIN)
        archive.addfile(info, io.BytesIO(PLAIN))
    return packed.getvalue()


@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:bz2", "w:xz"])
def test_tar_is_an_archive_compressed_or_not(mode):
    for source in (
        tar_of(mode),
        write("a.tar", tar_of(mode)),
        io.BytesIO(tar_of(mode)),
    ):
        with pytest.raises(CompressionError, match="a tar archive") as caught:
            npx.read_csv(source)
        assert caught.value.code == "NX806"


def test_word_of_a_tar_archive_in_text_is_text():
    text = b"x\n" + b"1" * 255 + b"ustar\n"
    assert npx.read_csv(text).num_rows == 1


def test_gzip_twice_says_so():
    with pytest.raises(CsvEncodingError, match="gzip twice"):
        npx.read_csv(gzip.compress(gzip.compress(PLAIN)))


def two_files() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", PLAIN)
        archive.writestr("b.csv", PLAIN)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (gzip.compress(PLAIN)[:5], "NX801"),
        (gzip.compress(PLAIN)[:10] + b"\xff" * 20, "NX802"),
        (b"PK\x03\x04" + b"x" * 30, "NX802"),
        (two_files(), "NX806"),
    ],
    ids=["cut off", "damaged", "damaged zip", "two files"],
)
def test_sniffing_what_cannot_be_decompressed_says_so(source, code):
    padded = io.BytesIO(b"before" + source)
    padded.seek(6)
    for given in (source, io.BytesIO(source), padded, write("a.packed", source)):
        for call in (
            lambda given=given: npx.sniff_csv(given),
            lambda given=given: npx.read_csv(given, delimiter="auto"),
        ):
            with pytest.raises(CompressionError) as caught:
                call()
            assert caught.value.code == code


def test_one_byte_behind_a_stream():
    with pytest.raises(CompressionError, match="a byte that is not gzip follows"):
        npx.read_csv(gzip.compress(PLAIN) + b"\n")


# ---- delimiter="auto" ------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "option", "read"),
    [
        (b"1;2\n3;4\n5;6\n", {"header": True}, ("1", "2")),
        (b"#x;y\n1;2\n#c;c\n5;6\n", {"comment": None}, ("f0", "f1")),
        (b"a;b\n1,5;2\n3,5;4\n", {"decimal": "."}, ("a", "b")),
        (b"x;x\na;b;c\n1;2;3\n4;5;6\n", {"skiprows": 0, "ragged": "both"}, None),
        (b"a; b\n1; x\n3; y\n", {"strip": False}, ("a", " b")),
    ],
    ids=["header", "comment", "decimal", "skiprows", "strip"],
)
@pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")
def test_explicit_default_goes_before_what_is_found(source, option, read):
    name, value = next(iter(option.items()))
    found = npx.read_csv(source, delimiter="auto", ragged="both").dialect
    assert getattr(found, name) != value, "it would be found otherwise"
    t = npx.read_csv(source, delimiter="auto", **option)
    assert getattr(t.dialect, name) == value
    assert t.dialect.delimiter == ";"
    assert read is None or t.names == read
    parser = npx.CsvParser(delimiter="auto", **option)
    for again in (parser, pickle.loads(pickle.dumps(parser))):
        assert again.parse_bytes(source).equals(t)
        assert again == parser
        assert hash(again) == hash(parser)
    assert parser != npx.CsvParser(
        delimiter="auto", **{k: v for k, v in option.items() if k != name}
    )
    assert f"{name}={value!r}" in repr(parser)
    text = npx.parse_csv(source.decode(), delimiter="auto", **option)
    assert text.equals(t)


def test_options_given_beside_auto_are_not_kept_for_other_calls():
    source = b"1;2\n3;4\n5;6\n"
    assert npx.read_csv(source, delimiter="auto").names == ("f0", "f1")
    with pytest.warns(CsvWarning):
        assert npx.read_csv(source, delimiter="auto", header=True).names == ("1", "2")
    assert npx.read_csv(source, delimiter="auto").names == ("f0", "f1")


def test_empty_source_with_names_is_read():
    for read in (
        lambda: npx.read_csv(b"\n", delimiter="auto", names=["x", "y"]),
        lambda: npx.parse_csv("", delimiter="auto", names=["x", "y"]),
    ):
        assert read().shape == (0, 2)


@pytest.mark.parametrize("skiprows", [[0, 1], [1, 0, 6], lambda line: line < 2])
def test_lines_that_are_left_out_are_not_sniffed(skiprows):
    source = b"x,y,z,w\nx,y,z,w\na;b\n1;2\n3;4\n5;6\n7,8,9,9\n"
    t = npx.read_csv(source, delimiter="auto", skiprows=skiprows, ragged="both")
    assert t.dialect.delimiter == ";"
    assert t.names == ("a", "b")


def test_text_file_whose_lines_are_iterated_over():
    write("a.csv", b"title\na;b\n1;2\n3;4\n")
    with open("a.csv") as file:
        next(file)
        assert npx.read_csv(file, delimiter="auto").names == ("a", "b")
    with open("a.csv") as file:
        next(file)
        with pytest.raises(ValueError, match="can be read only once"):
            npx.sniff_csv(file)


FILES = {
    "plain": b"a;b\n1;2\n3;4\n",
    "headless": b"1;2\n3;4\n",
    "one column": b"1\n3\n",
    "pipes": b"5|6\n3|4\n",
    "comma": b"a;b\n1,5;2\n3;4,5\n",
    "quotes": b"a;b\n'x';2\n'y';4\n",
    "cp1252": "a;b\nZürich;2\nBern;4\n".encode("cp1252"),
    "utf-8": "a;b\nZürich;2\nBern;4\n".encode(),
    "title": b"made by hand\n\na;b\n1;2\n3;4\n",
}


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("headless", "pipes", "delimiter"),
        ("headless", "plain", "header"),
        ("one column", "pipes", "delimiter"),
        ("plain", "comma", "decimal"),
        ("plain", "quotes", "quotechar"),
        ("quotes", "quotes", None),
        ("cp1252", "utf-8", "encoding"),
        ("utf-8", "cp1252", "encoding"),
        ("cp1252", "plain", None),
        ("comma", "plain", None),
        ("quotes", "plain", None),
    ],
)
def test_files_that_are_written_in_another_way_are_refused(first, second, name):
    paths = [write("first.csv", FILES[first]), write("second.csv", FILES[second])]
    for options in ({}, {"union_by_name": True}, {"filename_column": "path"}):
        if name is None:
            t = npx.read_csv(paths, delimiter="auto", **options)
            assert t.num_rows == 4
            assert t.dialect == npx.sniff_csv(paths[0])
            continue
        with pytest.raises(CsvDialectError, match=r"second\.csv") as caught:
            npx.read_csv(paths, delimiter="auto", **options)
        assert (caught.value.code, caught.value.path) == ("NX154", "second.csv")
        assert caught.value.message.startswith(
            f"the file is not written as 'first.csv' is: {name}="
        )


def test_title_of_another_file_is_no_header_of_the_union():
    paths = [write("first.csv", FILES["plain"]), write("second.csv", FILES["title"])]
    with pytest.raises(CsvSchemaError, match=r"second\.csv"):
        npx.read_csv(paths, delimiter="auto")
    with pytest.raises(CsvDialectError, match="skiprows=2 here, skiprows=0 there"):
        npx.read_csv(paths, delimiter="auto", union_by_name=True)


def test_files_behind_the_last_row_wanted_are_not_looked_at():
    paths = [write("first.csv", FILES["plain"]), write("second.csv", FILES["comma"])]
    assert npx.read_csv(paths, delimiter="auto", nrows=2).num_rows == 2


# ---- sniff_csv -------------------------------------------------------------


def test_keywords_of_sniff_csv_that_hide_one_another_are_refused():
    with pytest.raises(ValueError, match="delimiter and quotechar are both"):
        npx.sniff_csv(PLAIN, delimiter=";", quotechar=";")
    with pytest.raises(ValueError, match="decimal and thousands are both ','"):
        npx.sniff_csv(PLAIN, decimal=",", thousands=",")
    with pytest.raises(TypeError, match=r"sniff_csv\(\) takes no nrows="):
        npx.sniff_csv(PLAIN, nrows=5)


def test_dialect_checks_its_keywords():
    with pytest.raises(TypeError, match="delimiter must be a str"):
        npx.Dialect(delimiter=5)
    with pytest.raises(ValueError, match="decimal must be"):
        npx.Dialect(decimal=";")


# ---- Several files ---------------------------------------------------------


def test_errors_without_a_place_name_the_file():
    paths = [write("a.csv", PLAIN), write("empty.csv", b"")]
    with pytest.raises(CsvSchemaError, match=r"at empty\.csv"):
        npx.read_csv(paths)
    write("other.csv", b"a,c\n1,2\n")
    with pytest.raises(CsvSchemaError, match=r"at other\.csv"):
        npx.read_csv(["a.csv", "other.csv"])


def test_records_left_out_are_told_with_their_file():
    write("a.csv", b"a,b\n1,2\n3\n")
    write("b.csv", b"a,b\n1,2\n3\n")
    first, second = warnings_of(["a.csv", "b.csv"], on_error="skip")
    assert first.startswith("a.csv: 1 bad record was left out, beside 1 row: line 3")
    assert second.startswith("b.csv: 1 bad record")


def test_name_of_the_column_of_files_is_that_of_a_column():
    write("a.csv", PLAIN)
    write("b.csv", b"a,b,c\n1,2,3\n")
    with pytest.raises(ValueError, match=r"'c' is the name of a column of 'b\.csv'"):
        npx.read_csv(["a.csv", "b.csv"], union_by_name=True, filename_column="c")
    with pytest.raises(ValueError, match="must be the name of a column"):
        npx.read_csv("a.csv", filename_column="")


# ---- Encodings -------------------------------------------------------------


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "rot13", "base64"])
def test_codec_that_is_no_encoding_of_files(name):
    with pytest.raises(ValueError, match="encoding must be one of text"):
        npx.read_csv(PLAIN, encoding=name)


def test_codec_that_does_not_work_piece_by_piece():
    def whole(data, errors="strict"):
        return bytes(data).decode("latin-1"), len(data)

    def find(name):
        if name == "npx_whole":
            return codecs.CodecInfo(codecs.latin_1_encode, whole, name=name)
        return None

    codecs.register(find)
    try:
        with pytest.raises(ValueError, match="works piece by piece"):
            npx.read_csv(PLAIN, encoding="npx_whole")
    finally:
        codecs.unregister(find)


# ---- Hints that are followed -----------------------------------------------


def test_hint_of_a_layout_reads():
    text = "when\n2026-01-31\n"
    with pytest.raises(CsvValueError, match=r"or dates=\{'when': None\} for text"):
        npx.parse_csv(text, dates={"when": "%d/%m/%Y"}, dtype=str)
    t = npx.parse_csv(text, dates={"when": None}, dtype=str)
    assert t["when"].tolist() == ["2026-01-31"]


def test_hint_of_a_bool_reads():
    with pytest.raises(CsvValueError, match="true_values='yes' or false_values='yes'"):
        npx.parse_csv("a\nyes\n", dtype=bool)
    assert npx.parse_csv("a\nyes\n", dtype=bool, true_values="yes")["a"].tolist() == [
        True
    ]


def test_last_column_by_a_negative_position():
    with pytest.raises(CsvSchemaError) as caught:
        npx.read_csv(PLAIN, usecols=[-1])
    assert caught.value.hint == "1, or a slice; positions count from 0"


def test_one_mark_for_two_things_says_what_the_other_is():
    with pytest.raises(ValueError, match="decimal=',' beside it"):
        npx.read_csv(PLAIN, thousands=".")


@pytest.mark.parametrize("function", [int, str.upper, lambda cell: cell.strip()])
def test_converter_of_single_cells_is_told_of_arrays(function):
    with pytest.raises((TypeError, AttributeError)) as caught:
        npx.read_csv(PLAIN, converters={"a": function})
    assert "the array of all its cells" in caught.value.__notes__[0]


# ---- Callables that fail ---------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, StopIteration])
def test_what_a_callable_raises_is_raised(error):
    def fail(*_):
        raise error("mine")

    for options in (
        {"on_error": fail, "dtype": {"a": "int8"}, "names": ["a", "b"]},
        {"skiprows": fail},
        {"usecols": fail},
        {"converters": {"a": fail}},
    ):
        with pytest.raises(error, match="mine"):
            npx.read_csv(b"a,b\n1000,2\n", **options)


def test_generator_that_raises_in_the_middle():
    def pieces():
        yield PLAIN
        raise ConnectionError("gone")

    for options in ({}, {"delimiter": "auto"}):
        with pytest.raises(ConnectionError, match="gone"):
            npx.read_csv(pieces(), **options)


def test_no_bad_record_allowed():
    with pytest.raises(CsvError, match="more than 0 records are bad") as caught:
        npx.read_csv(b"a,b\n1\n", on_error="collect", max_errors=0)
    assert caught.value.code == "NX320"
    assert npx.read_csv(PLAIN, on_error="collect", max_errors=0).num_rows == 2


def test_position_of_a_file_object_counts():
    file = io.BytesIO(b"skip\n" + PLAIN)
    file.seek(5)
    assert npx.sniff_csv(file).header
    assert file.tell() == 5
    assert npx.read_csv(file, delimiter="auto").names == ("a", "b")
    assert np.array_equal(npx.read_csv(io.BytesIO(PLAIN))["a"], [1, 3])


def test_auto_reads_records_as_they_are():
    with pytest.raises(CsvRaggedError):
        npx.read_csv(b"a;b\n1;2\n3;4;5\n", delimiter="auto")
