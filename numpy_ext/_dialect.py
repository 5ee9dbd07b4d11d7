"""What separates, quotes and ends the fields of CSV text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

__all__ = [
    "AUTO",
    "WHITESPACE",
    "Auto",
    "NativeDialect",
    "check_dialect",
    "comment_text",
    "delimiter_text",
    "escape_character",
    "first_field",
    "line_terminator",
    "native_dialect",
    "quote_character",
]

NativeDialect: TypeAlias = (
    tuple[int, int, bool, int]
    | tuple[int, int, bool, int, int, bool, bool, bytes, bytes, bytes]
)

QUOTING: Final = {"standard": 0, "strict": 1, "lenient": 2, "none": 0}

# No delimiter, terminator or comment is longer.
TOKEN_BYTES: Final = 255

WHITESPACE: Final = "whitespace"

# In the place of a delimiter: to be found out.
AUTO: Final = "auto"

# How other tools write runs of blanks.
BLANKS: Final = (r"\s+", r"\s*", r"[ \t]+", r"[\t ]+", " +", "\t+", r"\t+")


class Auto(str):
    """AUTO, and the keywords that were given beside it: those are not found out.

    An option that is given at its default cannot be told from one that is not
    given, once a function has been called.
    """

    given: frozenset[str]

    def __new__(cls, given: Iterable[str]) -> Auto:
        """Return AUTO with these keywords."""
        made = super().__new__(cls, AUTO)
        made.given = frozenset(given)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Auto, (sorted(self.given),)


# What missing words, numbers and dates are written with, which is looked for first.
VALUE_CHARACTERS: Final = "+-.:/#<>"

# Stands for what was escaped while the end of a field is looked for; no text has them.
HELD: Final = 0xDC00


def token(option: str, value: object) -> str:
    """Check an option that is one character or several."""
    if not isinstance(value, str):
        raise TypeError(f"{option} must be a str, got {type(value).__name__}")
    if not value:
        raise ValueError(f"{option} must not be empty")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise ValueError(f"{option} cannot be {value!r}, which is no text") from None
    if size > TOKEN_BYTES:
        raise ValueError(
            f"{option} has at most {TOKEN_BYTES} bytes, got {size}: {value[:20]!r}..."
        )
    return str(value)


def character(option: str, value: object) -> str:
    """Check an option that must be one ASCII character."""
    if not isinstance(value, str):
        raise TypeError(f"{option} must be a str, got {type(value).__name__}")
    if len(value) != 1 or not value.isascii():
        raise ValueError(f"{option} must be a single ASCII character, got {value!r}")
    if value in "\r\n":
        raise ValueError(f"{option} cannot be {value!r}, which ends records")
    return str(value)


def delimiter_text(option: str, value: object) -> str:
    r"""Check the delimiter; the ways to write a run of blanks lead to "whitespace"."""
    if value is None:
        raise TypeError(f"{option} must be a str, got None; {AUTO!r} finds it out")
    if isinstance(value, Auto):
        return value
    text = token(option, value)
    if text in BLANKS:
        raise ValueError(
            f"{option} is text, no pattern, got {text!r}; {WHITESPACE!r} takes runs of "
            "spaces and tabs"
        )
    return text


def quote_character(option: str, value: object) -> str | None:
    """Check the quote: None, or a character that no value begins with."""
    if value is None:
        return None
    quote = character(option, value)
    if quote.isalnum() or quote in "+-.":
        raise ValueError(
            f"{option} cannot be {value!r}, which numbers and words are written with"
        )
    return quote


def escape_character(option: str, value: object) -> str | None:
    """Check the escape: None, or a character that no value has."""
    if value is None:
        return None
    escape = character(option, value)
    if escape.isalnum() or escape in VALUE_CHARACTERS + " \t\0":
        raise ValueError(
            f"{option} cannot be {value!r}, which numbers, dates and words are "
            "written with"
        )
    return escape


def line_terminator(option: str, value: object) -> str | None:
    """Check what ends records."""
    return None if value is None else token(option, value)


def comment_text(option: str, value: object) -> str | None:
    """Check what begins a comment."""
    if value is None:
        return None
    text = token(option, value)
    if text[0] in " \t\r\n":
        raise ValueError(f"{option} cannot begin with {text[0]!r}, got {text!r}")
    return text


def check_dialect(options: Mapping[str, Any]) -> None:
    """Refuse options of which one hides another."""
    delimiter, terminator = options["delimiter"], options["lineterminator"]
    quote, escape = options["quotechar"], options["escapechar"]
    used = {"delimiter": delimiter, "lineterminator": terminator}
    used["comment"] = options["comment"]
    if delimiter == WHITESPACE:
        del used["delimiter"]
        for name in ("quotechar", "escapechar", "comment", "lineterminator"):
            if options[name] is not None and options[name][0] in " \t":
                raise ValueError(
                    f"{name} cannot be {options[name]!r} where blanks are the delimiter"
                )
    elif delimiter == quote:
        raise ValueError(f"delimiter and quotechar are both {delimiter!r}")
    if quote is not None and quote == escape:
        raise ValueError(
            f"escapechar and quotechar are both {quote!r}; a doubled quote needs no "
            "escapechar"
        )
    ends = ("\r", "\n") if terminator is None else (terminator,)
    check_starts(used, quote, escape)
    for name, text in used.items():
        if name == "lineterminator" or text is None:
            continue
        for end in ends:
            if text.startswith(end) or (terminator is None and end in text):
                which = "which" if text == end else f"where {end!r}"
                raise ValueError(f"{name} cannot be {text!r}, {which} ends records")
    if delimiter == used["comment"]:
        raise ValueError(f"delimiter and comment are both {delimiter!r}")


def check_starts(
    used: Mapping[str, str | None], quote: str | None, escape: str | None
) -> None:
    """Refuse texts that begin with a quote or an escape."""
    for name, text in used.items():
        for other, start in (("quotechar", quote), ("escapechar", escape)):
            if text is not None and start is not None and text.startswith(start):
                raise ValueError(f"{name} {text!r} begins with {other} {start!r}")


def native_dialect(options: Mapping[str, Any]) -> NativeDialect:
    """Return the dialect as the C library takes it; a plain one in few words."""
    delimiter: str = options["delimiter"]
    escape, quote = options["escapechar"], options["quotechar"]
    quoted = quote is not None and options["quoting"] != "none"
    blanks = delimiter == WHITESPACE
    single = len(delimiter) == 1 and delimiter.isascii()
    loose = options["strip"] and quoted
    plain = (
        ord(delimiter) if single else 0,
        ord(quote) if quoted else -1,
        bool(options["doublequote"]),
        QUOTING[options["quoting"]],
    )
    tokens = [
        (text or "").encode()
        for text in (options["lineterminator"], options["comment"])
    ]
    if single and escape is None and not (loose or any(tokens)):
        return plain
    return (
        *plain,
        -1 if escape is None else ord(escape),
        blanks,
        loose,
        b"" if single or blanks else delimiter.encode(),
        tokens[0],
        tokens[1],
    )


def first_field(text: str, options: Any) -> str:
    """Return the text of the field that a text begins with, for a message."""
    quote = options.quotechar if options.dialect[1] >= 0 else None
    if options.escapechar is not None:
        text = hold_escaped(text, options.escapechar)
    if quote is not None and text.startswith(quote):
        text = text[1:]
        if options.doublequote:
            text = text.replace(quote * 2, chr(HELD + ord(quote)))
        text = text.partition(quote)[0]
    else:
        blanks = options.delimiter == WHITESPACE
        ends = [options.lineterminator] if options.lineterminator else ["\n", "\r"]
        ends += [" ", "\t"] if blanks else [options.delimiter]
        ends += [options.comment] if options.comment else []
        for end in ends:
            text = text.partition(end)[0]
    return "".join(
        chr(ord(c) - HELD) if HELD <= ord(c) < HELD + 0x80 else c for c in text
    )


def hold_escaped(text: str, escape: str) -> str:
    """Return a text with other characters for the escaped ones."""
    held, rest = "", text
    while escape in rest[:-1]:
        before, _, rest = rest.partition(escape)
        character = rest[0]
        held += before + (
            chr(HELD + ord(character)) if character.isascii() else character
        )
        rest = rest[1:]
    return held + rest
