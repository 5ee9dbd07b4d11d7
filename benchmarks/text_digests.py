"""Rows of digests for `./dev bench text`."""

import hashlib
from collections.abc import Callable

import numpy as np
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]


def digests(size: int) -> Callable[[int], Contest]:
    """Return what makes items of `size` random bytes and the ways to hash them."""

    def make(items: int) -> Contest:
        data = np.random.default_rng(1).integers(0, 256, items * size, dtype=np.uint8)
        voids = data.view(f"V{size}")
        messages = [bytes(item) for item in voids]
        objects = np.array(messages, dtype=object)
        return Contest(
            items,
            {
                "V": lambda: npx.sha256(voids),
                "objects": lambda: npx.sha256(objects),
                "hashlib loop": lambda: [hashlib.sha256(m).digest() for m in messages],
            },
            lambda result: [bytes(digest) for digest in result],
        )

    return make


ROWS = [
    Row(
        "sha256-32",
        "SHA-256 of 100,000 items of 32 bytes",
        digests(32),
        100_000,
        {"hashlib loop": 12},
    ),
    Row(
        "sha256-4096",
        "SHA-256 of 10,000 items of 4 KiB",
        digests(4096),
        10_000,
        {"hashlib loop": 1.6},
    ),
]
