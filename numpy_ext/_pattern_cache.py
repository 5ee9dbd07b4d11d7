"""Compiled expressions, once in a process and a bounded number of them."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from numpy_ext._pattern_parse import Pieces, Plan

__all__ = ["Cache", "Program", "program", "replacement"]

BOUND: Final = 256

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by key, each made once, the least recently used ones dropped.

    Threads that ask for the same key wait for the one that makes its value; others do
    not. What raises is not kept.
    """

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self._lock = threading.Lock()
        self._entries: OrderedDict[object, Entry[Value]] = OrderedDict()

    def get(self, key: object, make: Callable[[], Value]) -> Value:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry()
            self._entries.move_to_end(key)
            if len(self._entries) > self.bound:
                self._entries.popitem(last=False)
        with entry.lock:
            if not entry.values:
                try:
                    entry.values.append(make())
                except BaseException:
                    self._drop(key, entry)
                    raise
            return entry.values[0]

    def _drop(self, key: object, entry: "Entry[Value]") -> None:
        with self._lock:
            if self._entries.get(key) is entry:
                del self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)


class Entry(Generic[Value]):
    """A value that is there or being made."""

    def __init__(self) -> None:
        # One that the thread which makes the value may take again: a signal handler
        # that compiles the same expression must not wait for itself.
        self.lock = threading.RLock()
        self.values: list[Value] = []


class Program:
    """What the patterns of one expression share; equal to itself alone."""

    __slots__ = ("compiled", "plan")

    def __init__(self, compiled: "re.Pattern[Any]", plan: "Plan | None") -> None:
        self.compiled = compiled
        self.plan = plan


@lru_cache(maxsize=BOUND)
def replacement(program: Program, template: str | bytes) -> "Pieces | None":
    """Return what replaces the matches as the library takes it; None if `re` has to."""
    from numpy_ext._pattern_template import pieces_of  # here, as few need it

    plan, compiled = program.plan, program.compiled
    pieces = pieces_of(template, compiled.groups, compiled.groupindex)
    if plan is None or pieces is None:
        return None
    return tuple(plan.groups[p] if isinstance(p, int) else p for p in pieces)


_programs: Cache[Program] = Cache(BOUND)


def program(expr: str | bytes, flags: int) -> Program:
    """Return the program of an expression, compiled now or before."""

    def make() -> Program:
        from numpy_ext._pattern_parse import plan_of  # here, as few programs need it

        compiled = re.compile(expr, flags)
        return Program(compiled, plan_of(compiled))

    return _programs.get((type(expr), expr, flags), make)
