"""The words of a text and how often each occurs."""

from __future__ import annotations

import operator
import threading
from typing import Any, Final

from numpy_ext import _native
from numpy_ext._threads import on_main_thread, thread_count
from numpy_ext._words import word_count

__all__ = ["WordCounter"]

# A text so short is gone through by the calling thread alone.
SHORT_TEXT: Final = 1 << 20

# More words than a text can have.
LARGEST: Final = 2**62


class WordCounter:
    """The words of a text: how many, and which ones most often.

    Parameters
    ----------
    text : str or bytes
        At least one character. Words are what ``text.split()`` gives.

    Raises
    ------
    TypeError
        If `text` is neither str nor bytes.
    ValueError
        If `text` is empty.

    See Also
    --------
    word_count : The number of words alone, for many texts at once.
    value_counts : The same for words that are items of an array.

    Notes
    -----
    The text is gone through once, when a frequency is first asked for, on several
    threads if it is long (`num_threads`) and without the interpreter lock. A counter
    may be used by several threads at the same time, and given another text meanwhile:
    every call sees one text, the old or the new one.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> counter = npx.WordCounter("the quick brown fox the fox")
    >>> counter
    WordCounter(6 words)
    >>> counter.count()
    6
    >>> counter.most_common(2)
    [('the', 2), ('fox', 2)]
    >>> counter.text = "one two"
    >>> len(counter)
    2
    """

    __slots__ = ("_lock", "_words")

    _lock: threading.RLock
    _words: Words

    def __init__(self, text: str | bytes) -> None:
        # One that its owner may take again: a signal handler that asks the counter
        # while its own thread goes through the text must not wait for itself.
        self._lock = threading.RLock()
        self._words = Words(text)

    @property
    def text(self) -> str | bytes:
        """The text; another one may be assigned."""
        return self._words.text

    @text.setter
    def text(self, text: str | bytes) -> None:
        # One assignment, which other threads see or do not see.
        self._words = Words(text)

    def count(self) -> int:
        """Return the number of words, ``len(text.split())``."""
        return self._words.count()

    def most_common(self, n: int | None = None) -> list[tuple[Any, int]]:
        """Return words and how often they occur, the most frequent ones first.

        Parameters
        ----------
        n : int, optional
            How many, at most. Without it, all.

        Returns
        -------
        list of (str or bytes, int)
            What ``collections.Counter(text.split()).most_common(n)`` gives: words of
            the same frequency stand in the order of their first occurrence.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.WordCounter("b a b").most_common()
        [('b', 2), ('a', 1)]
        """
        return self._words.most_common(n, self._lock)

    def __len__(self) -> int:
        return self.count()

    def __bool__(self) -> bool:
        return True  # a counter, also of a text that is all white space

    def __repr__(self) -> str:
        count = self.count()
        return f"WordCounter({count} {'word' if count == 1 else 'words'})"

    def __reduce__(self) -> tuple[type[WordCounter], tuple[str | bytes]]:
        return WordCounter, (self.text,)


class Words:
    """One text, and what has been found out about it."""

    __slots__ = ("_count", "_groups", "text")

    def __init__(self, text: str | bytes) -> None:
        if not isinstance(text, (str, bytes)):
            raise TypeError(f"text must be str or bytes, got {type(text).__name__}")
        if not text:
            raise ValueError("text cannot be empty")
        self.text = text
        self._count: int | None = None
        self._groups: object | None = None

    def count(self) -> int:
        if self._count is None:
            self._count = word_count(self.text)
        return self._count

    def most_common(
        self, n: int | None, lock: threading.RLock
    ) -> list[tuple[Any, int]]:
        limit = LARGEST if n is None else min(max(operator.index(n), 0), LARGEST)
        with lock:  # the first caller does the work, others wait for it
            if self._groups is None:
                self._groups = self._group()
        return _native.word_groups_top(
            self._groups, limit, isinstance(self.text, bytes)
        )

    def _group(self) -> object:
        text, as_str = self.text, isinstance(self.text, str)
        threads = thread_count(None, len(text) < SHORT_TEXT)
        try:
            return _native.word_groups(text, as_str, threads, on_main_thread())
        except UnicodeEncodeError:  # surrogates, which split() takes for letters
            assert isinstance(text, str)
            encoded = text.encode("utf-8", "surrogatepass")
            return _native.word_groups(encoded, as_str, threads, on_main_thread())
