"""The order of additions in plain words, and arrays of every layout."""

import numpy as np

BLOCK, LANES = 1024, 32


def block_sum(terms: np.ndarray) -> np.float64:
    """Return the sum of up to 1024 terms: 32 lanes, joined by halves."""
    lanes = np.zeros(LANES)
    for start in range(0, len(terms), LANES):
        row = terms[start : start + LANES]
        lanes[: len(row)] = lanes[: len(row)] + row
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = lanes[:half] + lanes[half:]
    return lanes[0]


def tree_sum(terms: np.ndarray) -> np.float64:
    """Return the sum of float64 terms by the tree of blocks that the pages describe."""
    terms = np.asarray(terms, dtype=np.float64)
    blocks = -(-len(terms) // BLOCK)
    if blocks <= 1:
        return block_sum(terms)
    left = BLOCK << ((blocks - 1).bit_length() - 1)
    return tree_sum(terms[:left]) + tree_sum(terms[left:])


def same_bits(a: object, b: object) -> bool:
    """Tell whether two results are of one dtype, shape and bits; all NaN are one."""
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind != "f":
        return bool((a == b).all())
    bits = f"u{a.dtype.itemsize}"
    equal = np.ascontiguousarray(a).view(bits) == np.ascontiguousarray(b).view(bits)
    return bool((equal | (np.isnan(a) & np.isnan(b))).all())


def layouts(array: np.ndarray) -> dict[str, np.ndarray]:
    """Return arrays of equal items whose memory is laid out in different ways."""
    found = {
        "C": np.ascontiguousarray(array),
        "Fortran": np.asfortranarray(array),
        "read-only": array.copy(),
        "swapped": array.astype(array.dtype.newbyteorder()),
    }
    found["read-only"].setflags(write=False)
    every = tuple(slice(None, None, 2) for _ in array.shape)
    back = tuple(slice(None, None, -1) for _ in array.shape)
    wide = np.zeros([2 * n for n in array.shape], array.dtype)
    wide[every] = array
    found["strided"] = wide[every]
    found["reversed"] = np.ascontiguousarray(array[back])[back]
    for shift in (1, array.itemsize // 2, 8, 24):
        memory = np.zeros(array.nbytes + 64, np.uint8)
        moved = memory[shift : shift + array.nbytes].view(array.dtype)
        moved = moved.reshape(array.shape)
        moved[...] = array
        found[f"shifted by {shift}"] = moved
    for name, same in found.items():
        np.testing.assert_array_equal(same, array, err_msg=name)
    return found
