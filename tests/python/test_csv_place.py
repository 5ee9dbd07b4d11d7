"""Where a cell stands in its source."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numpy_ext import _native

DIALECT = (ord(","), ord('"'), True, 0)
fields = st.sampled_from(
    ["", "a", "1.5", '"b"', '"c,d"', '"e\nf"', '"g\r\n""h"', 'i"j']
)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


@given(
    st.lists(
        st.tuples(st.lists(fields, min_size=2, max_size=4), line_ends), max_size=9
    ),
    st.booleans(),
)
def test_every_cell_is_found(rows, in_file):
    text, places = "", []
    for row, line_end in rows:
        places.append([])
        for i, field in enumerate(row):
            text += "," if i else ""
            before = text.replace("\r\n", "\n").replace("\r", "\n")
            places[-1].append((len(text), 1 + before.count("\n")))
            text += field
        text += line_end
    data = text.encode()
    source, descriptor = data, None
    if in_file:
        descriptor = os.memfd_create("places") if hasattr(os, "memfd_create") else None
        if descriptor is not None:
            os.write(descriptor, data)
            source = descriptor
    try:
        for row, cells in enumerate(places):
            for field, place in enumerate(cells):
                found = _native.csv_place(
                    source, len(data), DIALECT, 0, 4, True, row, field
                )
                assert found == place
    finally:
        if descriptor is not None:
            os.close(descriptor)


def test_blank_lines_are_rows_if_they_count():
    data = b"x\n1\n\n3\n"
    assert _native.csv_place(data, 0, DIALECT, 2, 1, True, 1, 0) == (5, 4)
    assert _native.csv_place(data, 0, DIALECT, 2, 1, False, 1, 0) == (4, 3)
    assert _native.csv_place(data, 0, DIALECT, 2, 1, False, 2, 0) == (5, 4)


def test_quotes_are_those_of_the_dialect():
    data = b'"a"b,"c""d",e\n'
    doubled, plain = (44, 34, True, 2), (44, 34, False, 2)
    assert _native.csv_place(data, 0, doubled, 0, 3, True, 0, 2) == (12, 1)
    assert _native.csv_place(data, 0, plain, 0, 3, True, 0, 2) == (12, 1)
    data = b'"a"",b",c\n'
    assert _native.csv_place(data, 0, doubled, 0, 2, True, 0, 1) == (8, 1)
    assert _native.csv_place(data, 0, plain, 0, 3, True, 0, 1) == (5, 1)


def test_cell_that_is_gone_is_an_os_error():
    for row, field in [(1, 0), (0, 2), (10**12, 0)]:
        with pytest.raises(OSError, match=r"was changed .*NX113"):
            _native.csv_place(b"1,2\n", 0, DIALECT, 0, 3, True, row, field)


@pytest.mark.parametrize(
    ("dialect", "exception"),
    [
        ((44, 34, True), TypeError),
        ((300, 34, True, 0), ValueError),
        ((44, -2, True, 0), ValueError),
        ((44, 34, True, 3), ValueError),
        ((44, "x", True, 0), TypeError),
    ],
)
def test_dialect_that_cannot_be(dialect, exception):
    with pytest.raises(exception):
        _native.csv_place(b"1\n", 0, dialect, 0, 1, True, 0, 0)


def test_field_that_no_record_has():
    with pytest.raises(IndexError):
        _native.csv_place(b"1\n", 0, DIALECT, 0, 1, True, 0, 1)
