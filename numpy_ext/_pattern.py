"""Regular expressions over arrays of text."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items, Message, is_message
from numpy_ext._pattern_cache import Program, program, replacement
from numpy_ext._pattern_items import (
    ALL,
    FIRST,
    REPLACED,
    Matches,
    Texts,
    gathered,
    in_c,
    pieces,
    results,
    texts_of,
)

if TYPE_CHECKING:
    from numpy_ext._pattern_parse import Plan

__all__ = ["Pattern"]

Array: TypeAlias = npt.NDArray[Any]

SEARCH, MATCH, FULLMATCH = range(3)
NAMES: Final = ("search", "match", "fullmatch")


class Pattern:
    r"""A regular expression that is used on whole arrays.

    It means what it means to Python's `re`. Simple expressions run in C, without a
    Python object for each item: literals, character classes, and sequences of both.
    Others run through `re`, item by item; `engine` tells which.

    Parameters
    ----------
    expr : str, bytes or re.Pattern
        The expression: str for text, bytes for arrays of dtype S and `bytes` objects.
    flags : int or re.RegexFlag, default 0
        As for `re.compile`; none with an `re.Pattern`, which has its own.

    Attributes
    ----------
    pattern : str or bytes
        The expression.
    flags : re.RegexFlag
        All flags in effect, those inside the expression included.
    groups : int
        How many groups the expression has.
    groupindex : mapping of str to int
        The numbers of the groups that have a name.
    engine : str
        What runs for arrays: ``"literal"``, ``"class"`` or ``"sequence"`` in C, or
        ``"re"``.

    Raises
    ------
    re.error
        If the expression is not valid.
    TypeError
        If it is no str, bytes or re.Pattern, or `flags` is no int.
    ValueError
        For flags beside an `re.Pattern`.

    Notes
    -----
    An expression is compiled once in a process: the last 256 are kept, for all threads.
    Patterns are immutable, can be compared, hashed and pickled, and may be used by any
    number of threads. Large arrays are searched on several threads (`num_threads`) and
    without the interpreter lock if the expression runs in C.

    Missing items, those that are masked or NA, are not looked at and masked in the
    result, which is then a `numpy.ma.MaskedArray`, as it is for every masked array and
    every array of a dtype with NA. A list keeps its objects.

    All methods raise TypeError for bytes with a pattern of str, str with a pattern of
    bytes, other dtypes and other objects, with the place of the first one.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> p = npx.Pattern(r"(\d{4})-(\d{2})")
    >>> p.engine
    'sequence'
    >>> days = np.array(["from 2025-11", "2026-01 to 2026-03", "?"])
    >>> p.search(days)
    array([ True,  True, False])
    >>> p.count(days)
    array([1, 2, 0])
    >>> p.extract(days, 1).tolist()
    ['2025', '2026', None]
    >>> p.replace(days, r"\2/\1").tolist()
    ['from 11/2025', '01/2026 to 03/2026', '?']
    """

    __slots__ = ("_program",)

    _program: Program

    def __init__(
        self, expr: "str | bytes | re.Pattern[Any]", flags: int | re.RegexFlag = 0
    ) -> None:
        given: object = expr
        if isinstance(expr, re.Pattern):
            if flags:
                raise ValueError("flags cannot be added to a compiled re.Pattern")
            given, flags = expr.pattern, expr.flags
        if not isinstance(given, (str, bytes)):
            kind = type(given).__name__
            raise TypeError(f"expr must be str, bytes or re.Pattern, got {kind}")
        if not isinstance(flags, int):  # as RegexFlag is
            raise TypeError(f"flags must be re flags, got {type(flags).__name__}")
        # What a subclass holds, whatever it says of itself: a member of an enum.
        plain = str.__str__(given) if isinstance(given, str) else bytes(given)
        object.__setattr__(self, "_program", program(plain, int(flags)))

    # ---- What it is ----

    @property
    def pattern(self) -> str | bytes:
        """The expression."""
        expression: str | bytes = self._program.compiled.pattern
        return expression

    @property
    def flags(self) -> re.RegexFlag:
        """All flags in effect."""
        return re.RegexFlag(self._program.compiled.flags)

    @property
    def groups(self) -> int:
        """How many groups the expression has."""
        return self._program.compiled.groups

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The numbers of the groups that have a name."""
        return self._program.compiled.groupindex

    @property
    def engine(self) -> str:
        """What runs for arrays: literal, class or sequence in C, or re."""
        plan = self._program.plan
        return "re" if plan is None else plan.engine

    def __repr__(self) -> str:
        given = self.flags & ~re.UNICODE if self._is_text else self.flags
        flags = f", flags={flag_names(given)}" if given else ""
        return f"Pattern({self.pattern!r}{flags})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"patterns are immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"patterns are immutable: {name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pattern):
            return NotImplemented
        return self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.pattern, int(self.flags))

    @property
    def _key(self) -> tuple[bool, str | bytes, int]:
        return self._is_text, self.pattern, self._program.compiled.flags

    @property
    def _is_text(self) -> bool:
        return isinstance(self._program.compiled.pattern, str)

    # ---- Whether there is a match ----

    @overload
    def search(self, a: Message) -> bool: ...
    @overload
    def search(self, a: Items) -> npt.NDArray[np.bool_]: ...
    def search(self, a: Message | Items) -> bool | npt.NDArray[np.bool_]:
        r"""Return where there is a match, anywhere in the text.

        Parameters
        ----------
        a : str, bytes-like or array_like
            One text, or items of dtype U, StringDType or object (str), for a pattern
            of bytes S or object (bytes), of any shape.

        Returns
        -------
        bool or ndarray of bool
            In the shape of `a`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.Pattern("ver").search(["silver", "gold"])
        array([ True, False])
        """
        tested: bool | npt.NDArray[np.bool_] = self._tested(a, SEARCH)
        return tested

    @overload
    def match(self, a: Message) -> bool: ...
    @overload
    def match(self, a: Items) -> npt.NDArray[np.bool_]: ...
    def match(self, a: Message | Items) -> bool | npt.NDArray[np.bool_]:
        r"""Return where the text begins with a match, as `re.match` has it.

        Parameters
        ----------
        a : str, bytes-like or array_like
            As for `search`.

        Returns
        -------
        bool or ndarray of bool
            In the shape of `a`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.Pattern(r"\d+").match(["7 up", "up 7"])
        array([ True, False])
        """
        tested: bool | npt.NDArray[np.bool_] = self._tested(a, MATCH)
        return tested

    @overload
    def fullmatch(self, a: Message) -> bool: ...
    @overload
    def fullmatch(self, a: Items) -> npt.NDArray[np.bool_]: ...
    def fullmatch(self, a: Message | Items) -> bool | npt.NDArray[np.bool_]:
        r"""Return where the whole text is a match.

        Parameters
        ----------
        a : str, bytes-like or array_like
            As for `search`.

        Returns
        -------
        bool or ndarray of bool
            In the shape of `a`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.Pattern(r"[A-Z]{2}\d+").fullmatch(["AB12", "AB12x"])
        array([ True, False])
        """
        tested: bool | npt.NDArray[np.bool_] = self._tested(a, FULLMATCH)
        return tested

    def _tested(self, a: Any, how: int) -> Any:
        tested = in_c(_native.pattern_test, self._plan_for(a), a, how)
        if tested is not None:
            return tested
        ask = getattr(self._program.compiled, NAMES[how])
        if is_message(a):
            return ask(self._one(a)) is not None
        texts = texts_of(a, self._is_text)
        tested = in_c(_native.pattern_test, self._program.plan, texts.flat, how)
        if tested is None:
            tested = np.empty(texts.flat.size, dtype=np.bool_)
            for start, items in pieces(texts.flat):
                tested[start : start + len(items)] = [ask(i) is not None for i in items]
        return texts.spread(tested)

    # ---- How many ----

    @overload
    def count(self, a: Message) -> int: ...
    @overload
    def count(self, a: Items) -> npt.NDArray[np.int64]: ...
    def count(self, a: Message | Items) -> int | npt.NDArray[np.int64]:
        r"""Return how many matches there are that do not overlap.

        Parameters
        ----------
        a : str, bytes-like or array_like
            As for `search`.

        Returns
        -------
        int or ndarray of int64
            In the shape of `a`: as many as `re.finditer` finds, empty ones included.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.Pattern(r"\w+").count(["to be or not", ""])
        array([4, 0])
        """
        counts: Any = in_c(_native.pattern_count, self._plan_for(a), a)
        if counts is not None:
            return counts  # type: ignore[no-any-return]
        find = self._program.compiled.finditer
        if is_message(a):
            return sum(1 for _ in find(self._one(a)))
        texts = texts_of(a, self._is_text)
        counts = in_c(_native.pattern_count, self._program.plan, texts.flat)
        if counts is None:
            counts = np.empty(texts.flat.size, dtype=np.int64)
            for start, items in pieces(texts.flat):
                found = [sum(1 for _ in find(item)) for item in items]
                counts[start : start + len(items)] = found
        counted: npt.NDArray[np.int64] = texts.spread(counts)
        return counted

    # ---- The texts of matches ----

    @overload
    def findall(self, a: Message) -> list[Any]: ...
    @overload
    def findall(self, a: Items) -> Matches: ...
    def findall(self, a: Message | Items) -> list[Any] | Matches:
        r"""Return the text of every match.

        Parameters
        ----------
        a : str, bytes-like or array_like
            As for `search`.

        Returns
        -------
        list or Matches
            For one text the list of `re.findall`. For an array `Matches`: the `values`
            of all items one after the other, and `offsets` that tell where those of an
            item begin. With groups in the expression the values are theirs, as for
            `re.findall`: of one group in place of the whole match, of several along a
            second axis; a group that took no part is empty. Missing items have none.

        Raises
        ------
        ValueError
            If a match cannot be kept: it ends in a NUL (dtype S), or holds a lone
            surrogate.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> found = npx.Pattern(r"\d+").findall(["3 of 12", "none", "7"])
        >>> found.values.tolist(), found.offsets.tolist()
        (['3', '12', '7'], [0, 2, 2, 3])
        >>> found.rows
        array([0, 0, 2])
        """
        compiled, texts = self._program.compiled, None
        width = compiled.groups or 1
        made = gathered(self._plan_for(a), a, ALL)
        if made is None:
            if is_message(a):
                return compiled.findall(self._one(a))
            texts = texts_of(a, self._is_text)
            made = gathered(self._program.plan, texts.flat, ALL)
            made = self._all_by_re(texts, width) if made is None else made
        values, offsets = made
        if width > 1 and values.ndim == 1:
            values, offsets = values.reshape(-1, width), offsets // width
        offsets = offsets if texts is None else texts.offsets(offsets)
        return tuple.__new__(Matches, (values, offsets))

    def _all_by_re(self, texts: Texts, width: int) -> tuple[Array, Array]:
        find = self._program.compiled.findall
        parts = [results([], self._is_text, width)]
        counts = np.zeros(texts.flat.size + 1, dtype=np.int64)
        for start, items in pieces(texts.flat):
            found = [find(item) for item in items]
            counts[start + 1 : start + len(items) + 1] = list(map(len, found))
            values = [value for of_item in found for value in of_item]
            parts.append(results(values, self._is_text, width))
        return np.concatenate(parts), np.cumsum(counts)

    @overload
    def extract(
        self, a: Message, group: int | str | None = None
    ) -> str | bytes | None: ...
    @overload
    def extract(self, a: Items, group: int | str | None = None) -> Array: ...
    def extract(
        self, a: Message | Items, group: int | str | None = None
    ) -> str | bytes | Array | None:
        r"""Return the text of one group of the first match.

        Parameters
        ----------
        a : str, bytes-like or array_like
            As for `search`.
        group : int or str, optional
            Number or name; 0 is the whole match. May be left out if the expression has
            at most one group: it is that group, or else the whole match.

        Returns
        -------
        str, bytes, None or MaskedArray of StringDType or S
            In the shape of `a`, always a masked array: masked where there is no match,
            the group took no part in it, or the item is missing. For one text its
            group, or None.

        Raises
        ------
        ValueError
            If there is no such group, or several and none is named; if a text cannot be
            kept, as for `findall`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> p = npx.Pattern(r"(?P<key>\w+)=(?P<value>\d+)")
        >>> lines = ["size=12", "-", "x=5"]
        >>> p.extract(lines, "value").tolist()
        ['12', None, '5']

        All named groups as a table:

        >>> npx.Table.from_dict({name: p.extract(lines, name) for name in p.groupindex})
        key     value
        string  string
        ------  ------
        size    12
        <NA>    <NA>
        x       5
        3 rows x 2 columns
        """
        number = self._group_number(group)
        made = gathered(self._plan_for(a), a, FIRST, number)
        if made is not None:
            return np.ma.MaskedArray(made[0], mask=~made[1])
        search = self._program.compiled.search
        if is_message(a):
            match = search(self._one(a))
            return None if match is None else match.group(number)
        texts = texts_of(a, self._is_text)
        made = gathered(self._program.plan, texts.flat, FIRST, number)
        if made is None:
            parts = [results([], self._is_text)]
            found = np.zeros(texts.flat.size, dtype=np.bool_)
            empty = "" if self._is_text else b""
            for start, items in pieces(texts.flat):
                matches = map(search, items)
                values = [None if m is None else m.group(number) for m in matches]
                found[start : start + len(items)] = [v is not None for v in values]
                parts.append(results([v or empty for v in values], self._is_text))
            made = np.concatenate(parts), found
        extracted: Array = texts.spread(*made)
        return extracted

    def _group_number(self, group: int | str | None) -> int:
        compiled = self._program.compiled
        if group is None:
            if compiled.groups > 1:
                named = ", ".join(map(repr, compiled.groupindex))
                names = f" or a name ({named})" if named else ""
                raise ValueError(
                    f"the expression has {compiled.groups} groups: give the number of "
                    f"one{names}, 0 for the whole match"
                )
            return compiled.groups
        if isinstance(group, str):
            if group not in compiled.groupindex:
                raise ValueError(f"there is no group named {group!r} in {self!r}")
            return compiled.groupindex[group]
        if isinstance(group, bool) or not hasattr(group, "__index__"):
            kind = type(group).__name__
            raise TypeError(f"group must be an int or a str, got {kind}")
        number = int(group.__index__())
        if not 0 <= number <= compiled.groups:
            raise ValueError(f"there is no group {number} in {self!r}")
        return number

    # ---- Replacing ----

    @overload
    def replace(self, a: str, repl: Any, count: int = 0) -> str: ...
    @overload
    def replace(self, a: Message, repl: Any, count: int = 0) -> bytes: ...
    @overload
    def replace(self, a: Items, repl: Any, count: int = 0) -> Array: ...
    def replace(
        self,
        a: Message | Items,
        repl: "str | bytes | Callable[[re.Match[Any]], str | bytes]",
        count: int = 0,
    ) -> str | bytes | Array:
        r"""Return the texts with matches replaced, as `re.sub` does.

        Parameters
        ----------
        a : str, bytes-like or array_like
            As for `search`.
        repl : str, bytes or callable
            What stands in place of a match: ``\1`` and ``\g<name>`` are the text of a
            group, ``\g<0>`` is the whole match. Or a function of an `re.Match`; then
            `re` is used.
        count : int, default 0
            How many matches of each item are replaced at most; 0 for all.

        Returns
        -------
        str, bytes or ndarray of StringDType or S
            In the shape of `a`.

        Raises
        ------
        TypeError
            If `repl` is not of the kind of the pattern.
        ValueError
            If `count` is negative, or a text cannot be kept, as for `findall`.
        re.error
            If `repl` is not valid.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.Pattern(r"\s+").replace(["a  b", " c "], " ").tolist()
        ['a b', ' c ']
        """
        if isinstance(count, bool) or not hasattr(count, "__index__"):
            raise TypeError(f"count must be an int, got {type(count).__name__}")
        if count < 0:
            raise ValueError(f"count must not be negative, got {count}")
        wanted = str if self._is_text else bytes
        if not callable(repl) and not isinstance(repl, wanted):
            kind, name = type(repl).__name__, wanted.__name__
            raise TypeError(f"repl must be {name} or a function, got {kind}")
        compiled = self._program.compiled
        limit, template = int(count), None
        if not callable(repl):
            template = replacement(self._program, repl)
        if template is not None:
            made = gathered(self._plan_for(a), a, REPLACED, 0, template, limit)
            if made is not None:
                return made[0]  # type: ignore[no-any-return]
        if is_message(a):
            replaced: str | bytes = compiled.sub(repl, self._one(a), count=limit)
            return replaced
        texts = texts_of(a, self._is_text)
        made, plan = None, self._program.plan
        if template is not None:
            made = gathered(plan, texts.flat, REPLACED, 0, template, limit)
        if made is not None:
            made = made[0]
        else:
            if not callable(repl):
                compiled.sub(repl, wanted())  # not valid: said for no items too
            parts = [results([], self._is_text)]
            for _, items in pieces(texts.flat):
                values = [compiled.sub(repl, item, count=limit) for item in items]
                parts.append(results(values, self._is_text))
            made = np.concatenate(parts)
        result: Array = texts.spread(made)
        return result

    def _plan_for(self, a: object) -> "Plan | None":
        """Return the plan if C takes an array as it is, as it does most of them."""
        plan = self._program.plan
        if plan is not None and _native.pattern_takes(plan.native, a):
            return plan
        return None

    def _one(self, a: Any) -> str | bytes:
        """Return one text of the kind of the pattern."""
        if isinstance(a, str) != self._is_text:
            has, given = ("str", "bytes") if self._is_text else ("bytes", "str")
            fix = "without the b" if given == "str" else "as Pattern(b'...')"
            raise TypeError(
                f"a pattern of {has} cannot be used on {given}: write the pattern {fix}"
            )
        return a if isinstance(a, (str, bytes)) else bytes(a)


def flag_names(flags: re.RegexFlag) -> str:
    """Return flags as they are written."""
    names = [flag.name for flag in re.RegexFlag if flag & flags and flag.name]
    return "|".join(f"re.{name}" for name in names)
