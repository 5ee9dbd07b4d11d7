"""sniff_csv: what it finds and refuses, and that it leaves sources as they were."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import threading
import zipfile

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext._sniff_text import LOOK_BYTES
from numpy_ext.errors import CsvDialectError
from numpy_ext.testing import engine

TABLE = b"name;price\npen;1,5\ncap;2,25\n"


def found(data: bytes, **known: object) -> dict:
    return dict(npx.sniff_csv(data, **known))


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"a,b\n1,2\n3,4\n", {}),
        (b"a;b\n1;2\n3;4\n", {"delimiter": ";"}),
        (b"a\tb\n1\t2\n3\t4\n", {"delimiter": "\t"}),
        (b"a|b\n1|2\n3|4\n", {"delimiter": "|"}),
        (b"a||b\n1||2\n3||4\n", {"delimiter": "||"}),
        (b"a:b\nx:2\ny:4\n", {"delimiter": ":"}),
        (b"a~b\n1~2\n3~4\n", {"delimiter": "~"}),
        (b"a^b\n1^2\n3^4\n", {"delimiter": "^"}),
        (b"a\x01b\n1\x012\n", {"delimiter": "\x01"}),
        (b"a\x1fb\n1\x1f2\n", {"delimiter": "\x1f"}),
        ("a¦b\n1¦2\n".encode(), {"delimiter": "¦"}),
        (b"a b\n1 2\n3 4\n", {"delimiter": " "}),
        (b"a    b\n1    2\n33   4\n", {"delimiter": "whitespace"}),
        (b"a\x1fb\x1e1\x1f2\x1e", {"delimiter": "\x1f", "lineterminator": "\x1e"}),
    ],
)
def test_delimiters(data, options):
    assert found(data) == options
    assert npx.read_csv(data, **npx.sniff_csv(data)).names == ("a", "b")


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"a,b\n'x,y',1\n'z',2\n", {"quotechar": "'"}),
        (b'a,b\n"x\\"y",1\n"z,z",2\n', {"escapechar": "\\"}),
        (b'a,b\n"x""y",1\n"z,z",2\n', {}),
        (b"a,b\nx\\,y,1\nz,2\n", {"escapechar": "\\"}),
        (b'a|b\n"so|1\nz|2\n', {"delimiter": "|", "quotechar": None}),
        (b'a, b\n1, "x, y"\n2, z\n', {"strip": True}),
        (b"a, b\n1, x\n2, z\n", {"strip": True}),
        # Backslashes of paths escape nothing.
        (b"path,n\nC:\\temp\\new,1\nC:\\x\\y,2\n", {}),
    ],
)
def test_quotes_and_escapes(data, options):
    assert found(data) == options
    assert npx.read_csv(data, **npx.sniff_csv(data)).num_rows == 2


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"Report\n\na,b\n1,2\n3,4\n", {"skiprows": 2}),
        (b"\n\na,b\n1,2\n3,4\n", {}),
        (b"Sales,,\n,,\na,b,c\n1,2,3\n4,5,6\n", {"skiprows": 2}),
        # Above the table only: lines that are exactly these, and no comments to come.
        (b"# made by hand\na,b\n1,2\n3,4\n", {"skiprows": 1}),
        (b"# made by hand\na,b\n1,2\n# late\n3,4\n", {"comment": "#"}),
        (b"a,b\n1,2\n// late\n3,4\n", {"comment": "//"}),
        (b"colour,n\n#ff0000,1\n#00ff00,2\n", {}),
        (b"a,b,c\n1,2,\n3,4,\n5,6,7\n", {}),
        (b"a,b\n1,2,\n3,4,\n5,6,\n", {}),
    ],
)
def test_lines_that_are_no_records(data, options):
    assert found(data) == options


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (b"id,name\n1,Ada\n2,Bob\n", True),
        (b"1,Ada\n2,Bob\n3,Cyd\n", False),
        (b"country,2019,2020,2021\nA,1.5,2.5,3.5\nB,4.5,5.5,6.5\n", True),
        (b"1,2,3\n4,5,6\n7,8,9\n", False),
        (b"2026-01-31,x\n2026-02-01,y\n", False),
        (b"x\n1\n2\n", True),
        (b"1\n2\n", False),
        (b"a,b\n", True),
        (b"1,b\n", False),
    ],
)
def test_headers(data, header):
    assert npx.sniff_csv(data).header is header


def test_a_second_row_of_names():
    data = b"t,m,n\nK,kg,\n" + b"1.5,2,a\n2.5,3,b\n" * 5
    assert found(data) == {"header_rows": 2}
    assert npx.read_csv(data, delimiter="auto").names == ("t_K", "m_kg", "n")
    assert found(data, header=False) == {"header": False}


def test_a_footer_is_a_doubt_and_not_dropped():
    data = b"a,b,c\n" + b"1,2,3\n" * 9 + b"\n9 rows\n"
    dialect = npx.sniff_csv(data)
    assert dict(dialect) == {} and "skipfooter=1" in dialect.doubts[0]
    with pytest.raises(npx.errors.CsvRaggedError):
        npx.read_csv(data, delimiter="auto")
    table = npx.read_csv(data, delimiter="auto", skipfooter=1)
    assert table.num_rows == 9 and table.dialect.skipfooter == 1


def test_what_nothing_speaks_for_is_a_doubt():
    dialect = npx.sniff_csv(b"abc\nxyz\n")
    assert dialect.header and dialect.doubts[0].startswith("header: ")
    assert npx.sniff_csv(b"abc\nxyz\n", header=False).doubts == ()


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"n;x\na;1,5\nb;2,25\n", {"decimal": ","}),
        (b"n;x\na;1.234,5\nb;2,25\n", {"decimal": ",", "thousands": "."}),
        (b"n;x\na;1,234.5\nb;2.25\n", {"thousands": ","}),
        (b"n;x\na;1.234.567\nb;2.345.678\n", {"decimal": ",", "thousands": "."}),
        (b"n;x\na;1 234\nb;22 345\n", {"thousands": " "}),
        (
            "n;x\na;1\u202f234,5\nb;2\n".encode(),
            {"decimal": ",", "thousands": "\u202f"},
        ),
        ("n;x\na;1\u2019234.5\nb;2\n".encode(), {"thousands": "\u2019"}),
        (b"n;x\na;1.5\nb;2.25\n", {}),
    ],
)
def test_numbers(data, options):
    dialect = npx.sniff_csv(data)
    assert dict(dialect) == {"delimiter": ";", **options}
    assert npx.read_csv(data, **dialect)["x"].dtype.kind in "if"


def test_a_comma_that_may_be_either_is_a_doubt():
    dialect = npx.sniff_csv(b"n;x\na;1,234\nb;2,345\n")
    assert dict(dialect) == {"delimiter": ";"}
    assert [doubt.partition(":")[0] for doubt in dialect.doubts] == ["decimal"]


# ---- Encodings and line ends -----------------------------------------------

TEXT = "ville;prix\nLiège;1,5\nÅbo;2,25\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
def test_encodings(encoding, said):
    data = TEXT.encode(encoding)
    dialect = npx.sniff_csv(data)
    assert dialect.encoding == said
    assert bool(dialect.doubts) is (said == "cp1252")
    assert npx.read_csv(data, **dialect).equals(
        npx.parse_csv(TEXT, delimiter=";", decimal=",")
    )


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_cyrillic_pages(encoding):
    text = "город,страна\nМосква,Россия\nПлевен,Болгария\nНиш,Сербия\n" * 3  # noqa: RUF001
    assert npx.sniff_csv(text.encode(encoding)).encoding == encoding


def test_an_encoding_that_cannot_be_told_is_an_error():
    data = "όνομα,αριθμός\nΑθήνα,1\nΠάτρα,2\n".encode("cp1253")  # noqa: RUF001
    with pytest.raises(CsvDialectError, match="encoding cannot be told") as caught:
        npx.sniff_csv(data)
    assert caught.value.code == "NX153" and "encoding=" in caught.value.hint
    assert npx.sniff_csv(data, encoding="cp1253").encoding == "cp1253"


def test_bytes_that_are_defined_nowhere_make_latin_1():
    assert npx.sniff_csv(b"a,b\n\x81\xe9,1\nx,2\n").encoding == "latin-1"


def test_a_few_wrong_bytes_do_not_make_another_encoding():
    data = "ville,n\nLiège,1\n".encode() + "Åbo,2\n".encode() * 20 + b"L\xe9on,3\n"
    dialect = npx.sniff_csv(data)
    assert dialect.encoding == "utf-8"
    assert "encoding_errors=" in dialect.doubts[0]


def test_a_character_that_the_look_cuts_is_not_wrong():
    for shift in range(4):
        data = b"x" * shift + "é,ü\n".encode() * (LOOK_BYTES // 5)
        assert npx.sniff_csv(data).encoding == "utf-8"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_told_and_need_no_option(end):
    dialect = npx.sniff_csv(TABLE.decode().replace("\n", end).encode())
    assert dialect.line_end == end and dialect.lineterminator is None


# ---- What cannot be told ---------------------------------------------------


def test_two_delimiters_that_fit_alike_are_an_error_with_both():
    data = b"1,5\n2,7\n3,25\n"
    with pytest.raises(CsvDialectError) as caught:
        npx.sniff_csv(data)
    assert caught.value.code == "NX151"
    assert "delimiter=','" in str(caught.value) and "1 column" in str(caught.value)
    assert found(data, delimiter=",") == {"header": False}
    assert found(data, delimiter=";")["decimal"] == ","


@pytest.mark.parametrize("data", [b"", b"\n\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing_is_an_error(data):
    with pytest.raises(CsvDialectError, match="empty") as caught:
        npx.sniff_csv(data)
    assert caught.value.code == "NX152"


@pytest.mark.parametrize("data", [b'"', b"\0" * 100])
def test_what_no_dialect_fits_is_an_error(data):
    with pytest.raises(CsvDialectError) as caught:
        npx.sniff_csv(data)
    assert caught.value.code == "NX152"


def test_a_first_record_beyond_the_look_is_an_error():
    with pytest.raises(CsvDialectError, match="no record ends in the first"):
        npx.sniff_csv(b"x" * (LOOK_BYTES + 1) + b"\n1\n")


def test_the_error_names_the_file(tmp_path):
    path = tmp_path / "two.csv"
    path.write_bytes(b"1,5\n2,7\n")
    with pytest.raises(CsvDialectError) as caught:
        npx.sniff_csv(path)
    assert caught.value.path == str(path)


def test_delimiters_to_choose_from():
    data = b"1,5\n2,7\n3,25\n"
    assert npx.sniff_csv(data, delimiter=[",", "|"]).delimiter == ","
    assert npx.sniff_csv(data, delimiter=(";", "|")).delimiter in (";", "|")


def test_keywords_that_make_no_sense():
    with pytest.raises(TypeError, match=r"did you mean `delimiter=`"):
        npx.sniff_csv(TABLE, sep=";")
    with pytest.raises(TypeError, match="delimiter"):
        npx.sniff_csv(TABLE, delimiter=5)
    with pytest.raises(TypeError, match="delimiter"):
        npx.sniff_csv(TABLE, delimiter=[])
    with pytest.raises(TypeError, match="header"):
        npx.sniff_csv(TABLE, header=None)
    with pytest.raises(TypeError, match="nrows"):
        npx.sniff_csv(TABLE, nrows=2)


# ---- Known keywords --------------------------------------------------------


def test_what_is_known_is_not_found_out():
    data = b"x\n'a','b'\n'1','2'\n"
    assert found(data) == {"quotechar": "'", "skiprows": 1}
    with pytest.raises(CsvDialectError, match="no dialect fits"):
        npx.sniff_csv(data, quotechar='"')
    assert found(data, quotechar='"', delimiter=",")["skiprows"] == 1
    dialect = npx.sniff_csv(data, skiprows=2, header=False)
    assert dict(dialect) == {"quotechar": "'", "header": False, "skiprows": 2}


def test_known_lines_are_not_looked_at():
    data = b"a,b,c\nd,e,f\ng,h,i\nx;y\n1;2\n3;4\n"
    assert npx.sniff_csv(data, skiprows=3).delimiter == ";"
    with pytest.raises(CsvDialectError, match="empty"):
        npx.sniff_csv(data, skiprows=7)


def test_a_known_separator_of_thousands_is_no_decimal_mark():
    data = b"n;x\na;1,234\nb;2,345\n"
    assert found(data, thousands=",") == {"delimiter": ";", "thousands": ","}
    table = npx.read_csv(data, **npx.sniff_csv(data, thousands=","))
    assert table["x"].tolist() == [1234, 2345]


def test_the_parser_knows_its_options():
    parser = npx.CsvParser(header=False, comment="#")
    dialect = parser.sniff(b"#x\na|b\nc|d\n")
    assert dict(dialect) == {"delimiter": "|", "comment": "#", "header": False}
    assert npx.CsvParser(delimiter=";").sniff(b"a,b;c\n").delimiter == ";"


# ---- Sources ---------------------------------------------------------------


def sources(tmp_path) -> dict:
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE)
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(TABLE))
    archive = tmp_path / "table.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("table.csv", TABLE)
    return {
        "str": str(path),
        "path": path,
        "paths": [path, tmp_path / "not there"],
        "gz": packed,
        "zip": archive,
        "zip bytes": archive.read_bytes(),
        "bytes": TABLE,
        "bytearray": bytearray(TABLE),
        "memoryview": memoryview(TABLE),
        "array": np.frombuffer(TABLE, dtype=np.uint8),
        "pieces": [TABLE[:7], TABLE[7:]],
        "gzip": gzip.compress(TABLE[:9]) + gzip.compress(TABLE[9:]),
        "bz2": bz2.compress(TABLE),
        "xz": lzma.compress(TABLE),
        "StringIO": io.StringIO(TABLE.decode()),
        "BytesIO": io.BytesIO(TABLE),
        "packed BytesIO": io.BytesIO(gzip.compress(TABLE)),
        "zip BytesIO": io.BytesIO(archive.read_bytes()),
    }


def test_every_kind_of_source(tmp_path):
    wanted = {"delimiter": ";", "decimal": ","}
    for kind, source in sources(tmp_path).items():
        assert dict(npx.sniff_csv(source)) == wanted, kind
        if kind != "paths":
            table = npx.read_csv(source, delimiter="auto")
            assert table["price"].tolist() == [1.5, 2.25], kind
            assert dict(table.dialect) == wanted, kind


def test_zstd():
    zstandard = pytest.importorskip("zstandard")
    data = zstandard.ZstdCompressor().compress(TABLE * 1000)
    data += zstandard.ZstdCompressor().compress(b"more\n")
    assert npx.sniff_csv(data).delimiter == ";"


def test_a_file_object_is_back_where_it_was(tmp_path):
    file = io.BytesIO(b"skip me\n" + TABLE)
    file.seek(8)
    assert npx.sniff_csv(file).delimiter == ";"
    assert file.tell() == 8
    path = tmp_path / "text.csv"
    path.write_bytes(b"skip me\n" + TABLE)
    with open(path, encoding="utf-8") as text:
        text.readline()
        assert npx.sniff_csv(text).delimiter == ";"
        assert text.readline() == "name;price\n"


class Once:
    """A source that cannot go back."""

    name = "once"

    def __init__(self, data):
        self.data = data

    def read(self):
        data, self.data = self.data, b""
        return data


def test_what_can_be_read_once_is_not_read_to_be_sniffed():
    source = Once(TABLE)
    with pytest.raises(ValueError, match="read only once"):
        npx.sniff_csv(source)
    assert source.data == TABLE
    with pytest.raises(ValueError, match="read only once"):
        npx.sniff_csv(iter([TABLE]))
    with pytest.raises(ValueError, match="line break"):
        npx.sniff_csv("a,b\n1,2\n")
    with pytest.raises(TypeError, match="source must be"):
        npx.sniff_csv(5)


def test_auto_reads_what_can_be_read_once():
    assert npx.read_csv(Once(TABLE), delimiter="auto").dialect.delimiter == ";"
    pieces = (TABLE[i : i + 3] for i in range(0, len(TABLE), 3))
    assert npx.read_csv(pieces, delimiter="auto").dialect.delimiter == ";"
    with pytest.raises(CsvDialectError, match="fit alike"):
        npx.read_csv(Once(b"1,5\n2,7\n"), delimiter="auto")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_emptied(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(TABLE))
    writer.start()
    try:
        assert npx.read_csv(path, delimiter="auto")["price"].tolist() == [1.5, 2.25]
    finally:
        writer.join()


def test_only_the_first_part_is_looked_at():
    data = b"a;b\n" + b"1;2\n" * (LOOK_BYTES // 4)
    assert found(data + b'"never closed\n' * 9) == {"delimiter": ";"}
    packed = gzip.compress(data * 8, 1)
    assert found(packed[: len(packed) // 2] + b"garbage") == {"delimiter": ";"}


@pytest.mark.parametrize(
    "piece",
    [b",", b'"', b"\\", b"x,", b",;", b'"\n', b"#\n", b"'\"", b" ", b"\0", b"a"],
)
def test_hostile_bytes_come_to_an_end(piece):
    """Each is some scans of a mebibyte; a quadratic one would not end."""
    data = piece * (LOOK_BYTES // len(piece))
    try:
        dialect = npx.sniff_csv(data)
    except CsvDialectError as error:
        assert error.code in ("NX151", "NX152")
    else:
        npx.CsvParser(**dialect)


# ---- delimiter="auto", Table.dialect ---------------------------------------


def test_auto_is_the_call_that_the_repr_shows():
    table = npx.read_csv(b"x\n" + TABLE, delimiter="auto")
    assert repr(table.dialect) == (
        "read_csv(source, delimiter=';', decimal=',', skiprows=1)"
    )
    read = eval(
        repr(table.dialect), {"read_csv": npx.read_csv, "source": b"x\n" + TABLE}
    )
    assert read.equals(table)
    assert npx.parse_csv(TABLE.decode(), delimiter="auto").dialect.delimiter == ";"
    assert npx.CsvParser(delimiter="auto").parse_bytes(TABLE).num_rows == 2
    assert repr(npx.CsvParser(delimiter="auto")) == "CsvParser(delimiter='auto')"


def test_auto_keeps_what_was_asked_for():
    table = npx.read_csv(TABLE, delimiter="auto", header=False, nrows=1)
    assert table.shape == (1, 2) and table.names == ("f0", "f1")
    assert table.dialect.header is False
    table = npx.read_csv(TABLE, delimiter="auto", dtype={"price": str})
    assert table["price"].tolist() == ["1,5", "2,25"]


def test_auto_of_several_files_is_that_of_the_first(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(TABLE)
    table = npx.read_csv(str(tmp_path / "*.csv"), glob=True, delimiter="auto")
    assert table.num_rows == 4 and table.dialect.delimiter == ";"
    table = npx.read_csv([tmp_path / "a.csv", tmp_path / "b.csv"], delimiter="auto")
    assert table.num_rows == 4 and table.dialect.delimiter == ";"


def test_threads_and_blocks_do_not_matter():
    data = b"title\n" + TABLE * 50
    usual = npx.read_csv(data, delimiter="auto", threads=1)
    for threads in (1, 2, 8):
        for size in (3, 64, 1000):
            with engine(block_size=size):
                table = npx.read_csv(data, delimiter="auto", threads=threads)
            assert table.equals(usual) and table.dialect == usual.dialect


def test_every_table_that_was_read_knows_its_dialect(tmp_path):
    table = npx.parse_csv("a|b\n1|2\n", delimiter="|", quoting="none")
    assert repr(table.dialect) == "read_csv(source, delimiter='|', quoting='none')"
    assert npx.parse_csv("a\n1\n").dialect == npx.Dialect()
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2\n")
    assert npx.read_csv([path], delimiter=";").dialect.delimiter == ";"
    assert npx.Table.from_dict({"x": [1]}).dialect is None
    assert npx.parse_ndjson('{"a": 1}\n').dialect is None


# ---- Dialect ---------------------------------------------------------------


def test_a_dialect_is_a_frozen_mapping_that_pickles():
    dialect = npx.sniff_csv(TEXT.encode("cp1252"))
    again = pickle.loads(pickle.dumps(dialect))
    assert again == dialect and hash(again) == hash(dialect)
    assert again.doubts == dialect.doubts and again.line_end == "\n"
    assert dialect != npx.Dialect() and dialect != 1
    assert dict(dialect) == dialect.options() == {**dialect}
    assert list(dialect) == ["delimiter", "decimal", "encoding"] and len(dialect) == 3
    with pytest.raises(KeyError):
        dialect["comment"]
    with pytest.raises(AttributeError):
        dialect.delimiter = ","
    with pytest.raises(AttributeError):
        del dialect.delimiter
    with pytest.raises(TypeError, match="no 'sep'"):
        npx.Dialect(sep=",")


# ---- Nothing is sniffed unasked --------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_header_of_one_column_that_another_delimiter_fits_warns(delimiter):
    text = "a;b;c\n1;2;3\n4;5;6\n".replace(";", delimiter)
    with pytest.warns(npx.errors.CsvWarning, match="3 with delimiter=") as caught:
        table = npx.parse_csv(text)
    assert repr(delimiter) in str(caught[0].message)
    assert caught[0].filename == __file__
    assert table.names == (text.split("\n")[0],)


@pytest.mark.parametrize(
    "text",
    [
        "a;b\n1\n2\n",
        "a;b\n",
        "price (EUR; net)\n1\n",
        '"a;b"\n"1;2"\n',
        "a\n1;2\n",
        "a;b,c\n1;2,3\n",
    ],
)
def test_other_headers_do_not_warn(text, recwarn):
    npx.parse_csv(text)
    npx.parse_csv("a;b\n1;2\n", header=False)
    npx.parse_csv("a;b\n1;2\n", delimiter="|")
    assert [str(w.message) for w in recwarn] == []
