"""Sources in other encodings: what Python's codecs say, and where bytes are wrong."""

import codecs
import encodings
import gzip
import io
import pkgutil
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext import _encoding, _native
from numpy_ext._source import NativeSource
from numpy_ext.errors import CsvEncodingError, CsvRaggedError, CsvValueError
from numpy_ext.testing import cpu_levels, engine

TEXT = "id,name\n1,Ångström\n2,naïve\n"
ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"),
    *("latin-1", "cp1250", "cp1252", "iso8859-15", "cp437", "mac-roman", "koi8-r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "iso2022_jp", "utf-7", "hz"),
    *("ascii", "cp037"),
)
SEAMS = (1, 2, 3, 7, 64)


@pytest.fixture(params=SEAMS)
def piece(request, monkeypatch):
    monkeypatch.setattr(_encoding, "PIECE_BYTES", request.param)
    monkeypatch.setattr(_encoding, "WINDOW_BYTES", request.param)
    return request.param


def known_to(encoding: str) -> str:
    """Return characters that an encoding has."""
    some = "aZ09 éßñЖф日本한中ж€š"
    return "".join(
        c for c in some if c.encode(encoding, "ignore").decode(encoding, "ignore") == c
    )


def refused(source, error=CsvEncodingError, **options):
    with pytest.raises(error) as caught:
        npx.read_csv(source, **options)
    return caught.value


# ---- What is read ----------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_at_every_seam(encoding, piece):
    word = known_to(encoding)
    text = f"id,{word}\n" + "".join(f"{i},{word}{i}\n" for i in range(40))
    table = npx.read_csv(text.encode(encoding), encoding=encoding)
    assert table.names == ("id", word)
    assert table["id"].tolist() == list(range(40))
    assert table[word].tolist() == [f"{word}{i}" for i in range(40)]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\r\n,"')))
@example("\U0001f600\ufeff")
def test_any_text_in_utf16_and_utf32(word):
    text = f"a,b\n{word},1\n"
    expected = npx.parse_csv(text, dtype={"a": str})
    for encoding in ("utf-16", "utf-16-be", "utf-32", "utf-32-be", "gb18030"):
        table = npx.read_csv(text.encode(encoding), encoding=encoding, dtype={"a": str})
        assert table.equals(expected)


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_goes_before_the_default(bom, encoding, tmp_path):
    data = bom + TEXT.encode(encoding)
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    options = [{}, {"encoding": encoding}]
    if encoding != "utf-8":
        options.append({"encoding": encoding[:6]})  # which leaves the order open
    for given_options in options:
        for source in (data, bytearray(data), path, io.BytesIO(data)):
            table = npx.read_csv(source, **given_options)
            assert table.names == ("id", "name")
            assert table["name"].tolist() == ["Ångström", "naïve"]
    assert npx.read_csv(gzip.compress(data)).names == ("id", "name")
    assert npx.CsvParser().parse_bytes(data).names == ("id", "name")
    assert npx.CsvParser().parse_file(path).names == ("id", "name")


def test_encoding_that_was_asked_for_goes_before_a_byte_order_mark():
    data = codecs.BOM_UTF16_LE + b"a\n1\n"
    assert npx.read_csv(data, encoding="latin-1").names == ("ÿþa",)


def test_utf16_without_a_mark_is_little_endian_on_every_machine():
    data = TEXT.encode("utf-16-le")
    assert npx.read_csv(data, encoding="utf-16").names == ("id", "name")
    data = TEXT.encode("utf-32-le")
    assert npx.read_csv(data, encoding="utf-32").names == ("id", "name")


def test_line_ends_and_quotes_are_those_of_the_text(piece):
    text = '\ufeff"a\r\nb",c\r"x ""é""\n",2\r\n'
    table = npx.read_csv(text.encode("utf-16-le"), encoding="utf-16-le")
    assert table.names == ("a\r\nb", "c")
    assert table["a\r\nb"].tolist() == ['x "é"\n']


def test_every_byte_of_every_single_byte_encoding():
    for encoding in ("latin-1", "cp1250", "cp1251", "cp1252", "iso8859-7", "koi8-u"):
        for byte in range(256):
            field = bytes([byte])
            if field in b'\r\n,"':
                continue
            data = b"a,b\n" + field + b",1\n"
            options = {"encoding": encoding, "dtype": {"a": str}}
            try:
                expected = field.decode(encoding)
            except UnicodeDecodeError:
                error = refused(data, **options)
                assert error.byte == 4
                assert f"byte 0x{byte:02x} is not {encoding}" in error.message
            else:
                assert npx.read_csv(data, **options)["a"].tolist() == [expected]


def test_text_has_been_decoded_already():
    table = npx.read_csv(io.StringIO(TEXT), encoding="utf-16")
    assert table.names == ("id", "name")
    assert npx.parse_csv(TEXT, encoding="cp1252").equals(npx.parse_csv(TEXT))


def test_encoded_and_compressed(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode("cp1252")))
    table = npx.read_csv(path, encoding="cp1252")
    assert table["name"].tolist() == ["Ångström", "naïve"]


def test_empty_sources():
    for data in (b"", codecs.BOM_UTF16_LE):
        with pytest.raises(npx.errors.CsvSchemaError, match="the source is empty"):
            npx.read_csv(data, encoding="utf-16")


# ---- Bytes that are not in the encoding ------------------------------------


def test_wrong_byte_is_told_with_its_place_in_the_source(piece):
    data = "id,näme\n1,ä\n2,äx\x7f\n".encode("cp1252") + b"3,\xe4\x81\n"
    error = refused(data, encoding="cp1252")
    assert error.message == "byte 0x81 is not cp1252"
    assert error.byte == data.index(b"\x81")
    assert (error.line, error.record, error.column) == (4, 3, "näme")
    assert error.excerpt == "3,ä\ufffd"
    assert error.excerpt[error.caret] == "\ufffd"
    assert "encoding=" in error.hint


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_lone_surrogate_in_utf16(encoding, piece):
    lone = "\ud800".encode(encoding, "surrogatepass")
    data = "a,é\n1,é\n2,".encode(encoding) + lone + "x\n".encode(encoding)
    error = refused(data, encoding=encoding)
    assert error.byte == data.index(lone)
    assert (error.line, error.column) == (3, "é")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32-be", "shift_jis"])
def test_source_that_ends_inside_a_character(encoding, piece):
    data = "a,b\n1,日".encode(encoding)[:-1]
    error = refused(data, encoding=encoding)
    assert (error.line, error.record, error.column) == (2, 1, "b")
    assert len(data) - 4 < error.byte < len(data)


def test_wrong_bytes_in_numbers_and_in_columns_that_are_not_read():
    data = b"a,b\n1,\x81\n2,x\n"
    table = npx.read_csv(data, encoding="cp1252", usecols=["a"])
    assert table["a"].tolist() == [1, 2]
    error = refused(b"a\n1\n\x81\n", CsvValueError, encoding="cp1252", dtype=int)
    assert (error.line, error.byte) == (3, 4)


def test_wrong_byte_in_the_header():
    error = refused(b"a,\x81\n1,2\n", encoding="cp1252")
    assert (error.byte, error.line) == (2, 1)


def test_places_of_other_errors_are_those_of_the_source(piece):
    text = "é,b\né,1\né\n"
    for encoding, size in (("cp1252", 1), ("utf-16-le", 2), ("utf-32-be", 4)):
        error = refused(text.encode(encoding), CsvRaggedError, encoding=encoding)
        assert (error.line, error.byte) == (3, 8 * size)
        assert error.excerpt == "é"


@pytest.mark.parametrize(
    ("errors", "expected"),
    [("replace", ["a\ufffdb", "ok"]), ("backslashreplace", ["a\\x81b", "ok"])],
)
def test_wrong_bytes_may_be_replaced(errors, expected, piece):
    data = b"n\na\x81b\nok\n"
    for encoding in ("cp1252", "utf-8", "ascii"):
        table = npx.read_csv(data, encoding=encoding, encoding_errors=errors)
        assert table["n"].tolist() == expected


def test_replacing_leaves_right_bytes_alone():
    data = "\ufeffé\n日本\U0001f600\n".encode()
    table = npx.read_csv(data, encoding_errors="replace")
    assert table["é"].tolist() == ["日本\U0001f600"]


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16-le", "cp1252"]))
def test_replacing_is_what_python_does(data, encoding):
    text, _ = _encoding.in_utf8(NativeSource(data, 0), encoding, "replace", 2)
    assert bytes(text).decode() == data.decode(encoding, "replace")


# ---- Encodings of one byte a character ----------------------------------------


def single_byte_encodings() -> list[str]:
    modules = (module.name for module in pkgutil.iter_modules(encodings.__path__))
    names = {codecs.lookup(name).name for name in modules if known(name)}
    return [n for n in sorted(names) if _encoding.code_page(n, "strict") is not None]


def known(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, UnicodeError):
        return False


SINGLE_BYTE = single_byte_encodings()


def test_which_encodings_are_tables():
    assert len(SINGLE_BYTE) >= 60
    assert {
        "ascii",
        "iso8859-1",
        "iso8859-15",
        "cp1252",
        "cp437",
        "cp037",
        "koi8-r",
    } < {*SINGLE_BYTE}
    assert "mac-roman" in SINGLE_BYTE
    for other in ("utf-8", "utf-16-le", "utf-7", "gb18030", "shift_jis", "hz", "cp932"):
        assert _encoding.code_page(other, "strict") is None


@pytest.mark.parametrize("encoding", SINGLE_BYTE)
@pytest.mark.parametrize("errors", ["replace", "backslashreplace", "strict"])
def test_every_table_is_that_of_python(encoding, errors):
    data = (
        bytes(range(256)) * 3 + b"plain text, and more of it " * 9 + bytes(range(255))
    )
    text, _ = _encoding.in_utf8(NativeSource(data, 0), encoding, errors, 2)
    handler = _encoding.MARKED if errors == "strict" else errors
    expected = data.decode(encoding, handler).encode("utf-8", _encoding.MARKED)
    assert bytes(text) == expected


@given(
    st.lists(
        st.sampled_from(["é", "a" * 31, "plain ", "жук", "\n", "x,y"]), max_size=90
    ),
    st.sampled_from(["iso8859-1", "cp1251", "koi8-r", "cp1252", "cp037"]),
    st.sampled_from([1, 2, 8]),
    st.sampled_from(cpu_levels()),
)
def test_pieces_of_plain_and_of_other_text(words, encoding, threads, cpu):
    data = ("".join(words) * 40).encode(encoding, "replace")
    expected = data.decode(encoding).encode()
    with engine(cpu=cpu):
        for source in (data, bytearray(data), memoryview(data)):
            text, origin = _encoding.in_utf8(
                NativeSource(source, 0), encoding, "strict", threads
            )
            assert bytes(text) == expected
    # Every place is told back exactly.
    at = 0
    for byte, character in enumerate(data.decode(encoding)[:200]):
        for _ in character.encode():
            assert origin.byte(text, at) == byte
            at += 1


def test_tables_are_the_same_for_all_threads_and_long_texts(tmp_path, monkeypatch):
    line = "Zürich,naïve café,1.5\n" + "plain,text without any,2.5\n" * 7
    data = ("city,note,x\n" + line * 20_000).encode("cp1252")
    expected = npx.parse_csv(data.decode("cp1252"))
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    monkeypatch.setattr(_encoding, "WINDOW_BYTES", 300_001)
    for threads in (1, 2, 8):
        for source in (data, bytearray(data), path):
            table = npx.read_csv(source, encoding="cp1252", threads=threads)
            assert table.equals(expected)


def test_place_behind_many_wrong_bytes_is_exact():
    rows = b"".join(b"\x81,%d\n" % i for i in range(3000))
    data = b"a,n\n" + rows + b"x,y\n"
    error = refused(
        data,
        CsvValueError,
        encoding="cp1252",
        encoding_errors="backslashreplace",
        dtype={"n": int},
    )
    assert error.byte == len(data) - 2
    assert error.value == "y"


def test_code_pages_are_checked():
    page = _encoding.code_page("cp1252", "strict")
    out = bytearray(2)
    _native.code_page_write(page, b"\xe9", out, 1, False)
    assert out.decode() == "é"
    with pytest.raises(OSError, match="NX113"):
        _native.code_page_write(page, b"\xe9\xe9", out, 1, False)
    with pytest.raises(TypeError, match="256"):
        _native.code_page_measure(page[:-1], b"a", 1, False)
    with pytest.raises(ValueError, match="one to four"):
        _native.code_page_measure((*page[:-1], b"12345"), b"a", 1, False)
    with pytest.raises(BufferError):
        _native.code_page_write(page, b"\xe9", b"12", 1, False)


# ---- Options ---------------------------------------------------------------


@pytest.mark.parametrize("encoding", [None, 7, b"utf-8", True])
def test_encodings_are_names(encoding):
    with pytest.raises(TypeError, match="encoding must be a str"):
        npx.read_csv(b"a\n", encoding=encoding)


@pytest.mark.parametrize("errors", ["ignore", "", None, 7, "xmlcharrefreplace"])
def test_errors_are_three_words(errors):
    with pytest.raises(ValueError, match='encoding_errors must be "strict", "repl'):
        npx.read_csv(b"a\n", encoding_errors=errors)


def test_names_of_one_encoding_are_equal():
    assert npx.CsvParser(encoding="Latin1") == npx.CsvParser(encoding="iso-8859-1")
    assert npx.CsvParser(encoding="UTF_8") == npx.CsvParser()
    assert repr(npx.CsvParser(encoding="cp1252")) == "CsvParser(encoding='cp1252')"


def test_memory_is_that_of_source_and_text():
    data = b"a,b\n" + b"caf\xe9,1\n" * 400_000
    tracemalloc.start()
    try:
        table = npx.read_csv(data, encoding="latin-1", usecols=["b"], threads=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert np.all(table["b"] == 1)
    assert peak < 4 * len(data)
