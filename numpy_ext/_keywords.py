"""Calls whose keywords are explained if they are not known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from numpy_ext._dialect import AUTO, Auto

__all__ = ["explain_keywords"]

P = ParamSpec("P")
R = TypeVar("R")


def explain_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that says which option a wrong keyword may have meant.

    A call that is right pays for passing its arguments on, no more. One that has a
    delimiter to be found out tells which options were given beside it.
    """

    @wraps(function)
    def call(*args: P.args, **keywords: P.kwargs) -> R:
        delimiter = keywords.get("delimiter")
        if type(delimiter) is str and delimiter == AUTO:
            keywords["delimiter"] = Auto(keywords)
        try:
            return function(*args, **keywords)
        except TypeError as error:
            traceback = error.__traceback__
            if traceback is None or traceback.tb_next is not None:
                raise  # from inside the function
            message = explanation(function, args, keywords, str(error))
        raise TypeError(message)

    return call


def explanation(
    function: Callable[..., object],
    args: tuple[object, ...],
    keywords: dict[str, object],
    message: str,
) -> str:
    """Return what to say about arguments that a function does not take."""
    import inspect

    from numpy_ext._other_tools import explain_keyword

    parameters = inspect.signature(function).parameters.values()
    options = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    named = {p.name for p in parameters}
    for keyword in keywords:
        if keyword not in named:
            name = function.__qualname__.removesuffix(".__init__")
            return explain_keyword(name, keyword, options, keywords[keyword])
    if len(args) > len(named) - len(options):
        example = "delimiter=','" if "delimiter" in options else "nrows=10"
        return f"{message}; options are keywords, such as {example}"
    return message
