"""Names of parametrized tests."""

import re


def name_of(value: object) -> str:
    """Return the repr of a value without its address: the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
