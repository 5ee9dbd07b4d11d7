"""A second reading of JSON records, slow and plain, that the library is compared with.

Python's json says what is JSON and where values end; the rest is written from the
documented rules alone.
"""

import json
import re
from dataclasses import dataclass

from csv_oracle import (
    Column,
    integer_classes,
    least_type,
    missing_value,
    parse_time,
    time_count,
)

INTEGER = re.compile(r"-?[0-9]+")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
BLANKS = re.compile(r"[ \t\r]*")
UNITS = ("D", "s", "ms", "us", "ns")
LINE_END = re.compile(rb"\r\n|\r|\n")


class Refused(Exception):
    """The source cannot be read: why, and the record counted from 1."""

    def __init__(self, why: str, record: int) -> None:
        super().__init__(why, record)
        self.why, self.record = why, record


@dataclass(frozen=True)
class Value:
    """A value as it stands in the source, and what it is."""

    raw: str
    line: int

    @property
    def is_string(self) -> bool:
        return self.raw.startswith('"')

    @property
    def is_missing(self) -> bool:
        return self.raw in ("", "null")

    def text(self) -> str:
        """Return what a string column holds."""
        return json.loads(self.raw) if self.is_string else self.raw


def unique(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise KeyError("twice")
    return found


def no_constant(name: str) -> None:
    raise ValueError(name)


def members(text: str, line: int) -> dict[str, Value]:
    """Return the members of a record that Python's json takes."""
    decoder = json.JSONDecoder()
    at = text.index("{") + 1
    found: dict[str, Value] = {}
    while True:
        at = BLANKS.match(text, at).end()
        if text[at] == "}":
            return found
        key = STRING.match(text, at)
        at = BLANKS.match(text, key.end()).end() + 1
        at = BLANKS.match(text, at).end()
        end = decoder.raw_decode(text, at)[1]
        name = json.loads(key[0])
        if name in found:
            raise KeyError(name)
        found[name] = Value(text[at:end], line)
        at = BLANKS.match(text, end).end()
        at += text[at] == ","


def has_surrogate(value: object) -> bool:
    if isinstance(value, dict):
        return any(has_surrogate(one) for pair in value.items() for one in pair)
    if isinstance(value, list):
        return any(map(has_surrogate, value))
    return isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value)


def record_of(line: bytes, number: int, record: int) -> dict[str, Value]:
    try:
        text = line.decode()
        value = json.loads(text, parse_constant=no_constant)
        # Python refuses thousands of digits.
    except ValueError as error:
        if "Exceeds the limit" not in str(error):
            raise Refused("json", record) from None
        raise
    if not isinstance(value, dict) or has_surrogate(value):
        raise Refused("json", record)
    try:
        return members(text, number)
    except KeyError:
        raise Refused("twice", record) from None


def records(data: bytes, nrows: int | None = None) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    line = 1
    for text in data.split(b"\n"):
        if nrows is not None and len(found) == nrows:
            break
        if text.strip(b" \t\r"):
            # A CR alone is a blank, and ends a line where lines are counted.
            found.append(record_of(text, line, len(found) + 1))
        line += 1
    return found


# ---- What a value looks like -------------------------------------------------


def classes(value: Value) -> set[str]:
    if value.is_missing:
        return set()
    if value.raw in ("true", "false"):
        return {"bool"}
    if INTEGER.fullmatch(value.raw):
        return integer_classes(value.raw)
    if value.raw[0] in "[{":
        return {"text"}
    if not value.is_string:
        return {"decimal"}
    time = parse_time(value.text())
    if time is None:
        return {"text"}
    seconds, nanoseconds, unit, zoned = time
    found = {UNITS[unit], "zoned" if zoned else "naive"}
    if not -(2**63) < seconds * 10**9 + nanoseconds < 2**63:
        found.add("beyond ns")
    return found


def convert(value: Value, dtype: str) -> object:
    if dtype == "string":
        return value.text()
    if dtype == "bool":
        return value.raw == "true"
    if dtype == "float64":
        return float(value.raw)
    if dtype.startswith("datetime64"):
        return time_count(value.text(), dtype[11:-1])
    return int(value.raw)


def column(values: list[Value]) -> Column:
    """Return dtype, values and mask of a column; the decider is a value."""
    seen: set[str] = set()
    kind, decider = "none", None
    for value in values:
        seen |= classes(value)
        if least_type(seen) != kind:
            kind, decider = least_type(seen), value
    dtype = {"none": "float64", "digits": "string"}.get(kind, kind)
    mask = [value.is_missing for value in values]
    converted = [
        missing_value(dtype) if value.is_missing else convert(value, dtype)
        for value in values
    ]
    return Column(dtype, converted, mask, decider)


def read(
    data: bytes, nested: str = "raise", nrows: int | None = None
) -> tuple[list[str], list[Column]]:
    """Return names and columns of a source, or raise `Refused`."""
    found = records(data, nrows)
    if nested == "raise":
        for number, record in enumerate(found, 1):
            if any(value.raw[:1] in ("[", "{") for value in record.values()):
                raise Refused("nested", number)
    names = list(dict.fromkeys(name for record in found for name in record))
    absent = Value("", 0)
    return names, [
        column([record.get(name, absent) for record in found]) for name in names
    ]
