"""CsvParser: options settled once, for many sources and threads."""

import copy
import functools
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from engine import snapshot

import numpy_ext as npx
from numpy_ext.errors import CsvWarning

TEXT = "id;name\n1;Ada\n2;\n"


def is_id(name: str) -> bool:
    return name == "id"


PARSERS = [
    npx.CsvParser(),
    npx.CsvParser(delimiter=";"),
    npx.CsvParser(delimiter=";", quotechar=None, doublequote=False, header=False),
    npx.CsvParser(delimiter=";", dtype={"id": "int8", ...: str}, usecols=["id", 1]),
    npx.CsvParser(delimiter=";", dtype={0: "S4"}, missing={"name": "masked"}),
    npx.CsvParser(delimiter=";", na_values={"id": ["1", "7"], ...: "-"}, nrows=1),
    npx.CsvParser(delimiter=";", na_values="-", true_values=["y"], strip=True),
    npx.CsvParser(delimiter=";", dtype=np.dtypes.StringDType(na_object=np.nan)),
    npx.CsvParser(delimiter=";", dtype=[("id", "i4"), ("name", "U3")]),
    npx.CsvParser(delimiter=";", usecols=slice(1), names=["x", "y"], threads=2),
    npx.CsvParser(delimiter=";", usecols=range(1), progress=False, quoting="strict"),
    npx.CsvParser(delimiter=";", strings={"name": "object"}, leading_zeros="int"),
]
ids = [repr(parser) for parser in PARSERS]


@pytest.mark.parametrize("parser", PARSERS, ids=ids)
def test_repr_is_the_call_that_makes_it(parser):
    names = {"CsvParser": npx.CsvParser, "nan": np.nan,
             "StringDType": np.dtypes.StringDType}  # fmt: skip
    again = eval(repr(parser), names)
    assert again == parser
    assert repr(again) == repr(parser)


def test_repr_shows_what_is_not_the_default():
    assert repr(npx.CsvParser()) == "CsvParser()"
    assert repr(npx.CsvParser(header=True, delimiter=",")) == "CsvParser()"
    assert repr(npx.CsvParser(delimiter="\t", na_values="-", dtype=float)) == (
        "CsvParser(delimiter='\\t', dtype='float64', na_values=['-'])"
    )
    assert repr(npx.CsvParser(usecols=is_id)) == "CsvParser(usecols=is_id)"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, None])
@pytest.mark.parametrize("parser", [*PARSERS, npx.CsvParser(usecols=is_id)], ids=repr)
def test_parsers_copy_and_pickle(parser, copied):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = (copied or functools.partial(repickled, protocol=protocol))(parser)
        assert again == parser
        assert hash(again) == hash(parser)
        assert repr(again) == repr(parser)


def repickled(parser, protocol):
    return pickle.loads(pickle.dumps(parser, protocol))


def test_parsers_are_equal_by_their_options():
    assert npx.CsvParser(usecols=["a"]) == npx.CsvParser(usecols=("a",))
    assert npx.CsvParser(dtype=float) == npx.CsvParser(dtype="f8")
    assert npx.CsvParser(missing={...: "nan"}) == npx.CsvParser(missing="nan")
    assert len(set(PARSERS)) == len(PARSERS)
    assert npx.CsvParser() != "CsvParser()"


def test_parsers_cannot_be_changed():
    parser = npx.CsvParser()
    for name in ("delimiter", "_options"):
        with pytest.raises(AttributeError, match="make another one"):
            setattr(parser, name, ";")
    with pytest.raises(AttributeError, match="make another one"):
        del parser._options


def test_sources(tmp_path):
    parser = npx.CsvParser(delimiter=";")
    wanted = snapshot(npx.parse_csv(TEXT, delimiter=";"))
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    assert snapshot(parser.parse_file(path)) == wanted
    assert snapshot(parser.parse_file(str(path))) == wanted
    assert snapshot(parser.parse_string(TEXT)) == wanted
    data = TEXT.encode()
    for source in (data, bytearray(data), memoryview(data), np.frombuffer(data, "u1")):
        assert snapshot(parser.parse_bytes(source)) == wanted


def test_sources_of_another_kind_are_refused(tmp_path):
    parser = npx.CsvParser()
    with pytest.raises(TypeError, match="parse_bytes takes bytes"):
        parser.parse_file(b"a\n")
    with pytest.raises(TypeError, match="text must be str, got bytes"):
        parser.parse_string(b"a\n")
    with pytest.raises(TypeError, match="parse_string takes text"):
        parser.parse_bytes("a\n")
    with pytest.raises(OSError, match="none"):
        parser.parse_file(tmp_path / "none.csv")


def test_threads_share_a_parser():
    parser = npx.CsvParser(delimiter=";", dtype={"id": "int16"}, threads=1)
    texts = [f"id;name\n{i};x{i}\n" for i in range(200)]
    with ThreadPoolExecutor(8) as pool:
        tables = list(pool.map(parser.parse_string, texts))
    assert [t["id"][0] for t in tables] == list(range(200))
    assert [t["name"][0] for t in tables] == [f"x{i}" for i in range(200)]


def test_names_may_differ_from_source_to_source():
    parser = npx.CsvParser()
    assert parser.parse_string("a,b\n1,2\n").names == ("a", "b")
    assert parser.parse_string("c\n1\n").names == ("c",)


def test_warnings_point_at_the_caller(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,a\n")
    parser = npx.CsvParser()
    for call in (
        lambda: parser.parse_file(path),
        lambda: parser.parse_string("a,a\n"),
        lambda: parser.parse_bytes(b"a,a\n"),
        lambda: npx.read_csv(path),
        lambda: npx.read_csv(b"a,a\n"),
        lambda: npx.parse_csv("a,a\n"),
        lambda: npx.parse_csv("1,2\n"),
    ):
        with pytest.warns(CsvWarning) as caught:
            call()
        assert [w.filename for w in caught] == [__file__]


def test_subclass_is_made_as_itself():
    class Semicolons(npx.CsvParser):
        pass

    parser = Semicolons(delimiter=";")
    assert type(parser) is Semicolons
    assert parser.parse_string(TEXT)["id"].tolist() == [1, 2]
