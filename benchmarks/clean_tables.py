"""The clean tables that are made dirty: drawn from a seed, nothing from elsewhere.

Cells are text, as a writer of CSV would have them: numbers with a point, dates by ISO
8601, empty where nothing is known.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

__all__ = ["CleanTable", "clean_tables"]

CITIES = (
    *("Oslo", "Rome", "New York", "Lagos", "Kyoto", "Quito", "Turin", "Lima", "Perth"),
    *("San Jose", "Cape Town", "Bergen", "Porto", "Ghent", "Hanoi", "Accra", "Leeds"),
)
WESTERN = (
    *("Zürich", "Århus", "Málaga", "Besançon", "Köln", "Ærøskøbing", "Liège", "Åbo"),
    *("São Paulo", "Reykjavík", "Orléans", "Göteborg", "Düsseldorf", "Genève"),
)
WORLD = (
    *("東京", "Москва", "Αθήνα", "Zürich", "القاهرة", "서울", "Kraków", "İzmir", "मुंबई"),
    *("Tbilisi", "Reykjavík", "Đà Nẵng", "Bogotá", "Łódź"),
)
FIRST = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Ken")
LAST = ("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Noor")
NOTES = (
    *(
        "ok",
        "late again",
        "see page 4",
        "paid, thanks",
        "call back; urgent",
        "n.b.: new",
    ),
    *('said "no"', 'a 3" pipe', "first line\nsecond line", "tabs\there", "either|or"),
    *("O'Brien's", "half, half; rest", '"quoted"', "50% off", "re: your mail", "a/b/c"),
)
LEVELS = ("INFO", "WARN", "ERROR", "DEBUG")
EVENTS = (
    *("started", "connection lost, retrying", "user=ada logged in", "disk 91% full"),
    *("stopped", "took 12 ms", "GET /index.html 200", "queue empty", "retry in 5 s"),
)
ITEMS = ("pen", "desk lamp", "paper A4", "stapler", "ink", "chair", "tape", "binder")
WORDS = ("alpha", "beta", "gamma", "delta", "omega", "sigma", "kappa", "theta", "zeta")


@dataclass(frozen=True)
class CleanTable:
    """Names and rows of cells, and what they are good for."""

    name: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    decimals: tuple[int, ...] = ()  # the columns of numbers with a fraction
    typed: bool = True  # a column is not text, so that a header can be told

    @property
    def cells(self) -> list[str]:
        return [*self.names, *(cell for row in self.rows for cell in row)]

    def has(self, *parts: str) -> bool:
        """Return whether a cell holds one of these texts."""
        return any(part in cell for cell in self.cells for part in parts)

    def without(self, *parts: str) -> CleanTable:
        """Return the table with blanks in the place of these texts."""

        def plain(cell: str) -> str:
            for part in parts:
                cell = cell.replace(part, " ")
            return " ".join(cell.split()) if cell.strip() else cell.strip()

        return replace(
            self,
            names=tuple(map(plain, self.names)),
            rows=tuple(tuple(map(plain, row)) for row in self.rows),
        )


def a_date(random: Random) -> datetime.date:
    return datetime.date(2019, 1, 1) + datetime.timedelta(random.randrange(2500))


def a_time(random: Random) -> str:
    start = datetime.datetime(2026, 1, 1)
    return (start + datetime.timedelta(seconds=random.randrange(3 * 10**7))).isoformat(
        " "
    )


def decimal(random: Random, most: float, digits: int = 2) -> str:
    return f"{random.uniform(-most / 9, most):.{digits}f}"


def rows_of(
    random: Random, low: int, high: int, make: Callable[[int], tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    return tuple(make(i) for i in range(random.randint(low, high)))


def measurements(r: Random) -> CleanTable:
    rows = rows_of(
        r,
        12,
        60,
        lambda i: (
            str(1000 + i),
            str(a_date(r)),
            decimal(r, 40, 1),
            str(r.randint(0, 100)),
            r.choice(CITIES),
        ),
    )
    names = ("id", "date", "temperature", "humidity", "station")
    return CleanTable("measurements", names, rows, (2,))


def people(r: Random) -> CleanTable:
    def row(i: int) -> tuple[str, ...]:
        first, last = r.choice(FIRST), r.choice(LAST)
        mail = f"{first}.{last}@example.com".lower()
        return (
            f"{last}, {first}",
            mail,
            str(a_date(r)),
            r.choice(("true", "false")),
            r.choice(NOTES),
        )

    names = ("name", "email", "birthday", "active", "note")
    return CleanTable("people", names, rows_of(r, 10, 40, row))


def notes(r: Random) -> CleanTable:
    rows = rows_of(r, 8, 40, lambda i: (str(i + 1), r.choice(NOTES), r.choice(NOTES)))
    return CleanTable("notes", ("number", "question", "answer"), rows)


def western(r: Random) -> CleanTable:
    rows = rows_of(
        r,
        8,
        40,
        lambda i: (r.choice(WESTERN), str(r.randint(10**4, 10**7)), decimal(r, 900)),
    )
    return CleanTable("western", ("ciudad", "población", "área"), rows, (2,))


def world(r: Random) -> CleanTable:
    rows = rows_of(
        r, 8, 40, lambda i: (r.choice(WORLD), str(a_date(r)), str(r.randint(1, 99)))
    )
    return CleanTable("world", ("city", "since", "länge"), rows)


def sparse(r: Random) -> CleanTable:
    def some(text: str) -> str:
        return text if r.random() < 0.6 else ""

    rows = rows_of(
        r,
        10,
        40,
        lambda i: (
            str(i),
            some(decimal(r, 9)),
            some(str(r.randint(0, 9))),
            some(str(a_date(r))),
            some(decimal(r, 9999)),
        ),
    )
    return CleanTable("sparse", ("k", "x", "y", "seen", "z"), rows, (1, 4))


def one_of_numbers(r: Random) -> CleanTable:
    rows = rows_of(r, 8, 40, lambda i: (str(r.randint(0, 10**6)),))
    return CleanTable("one_of_numbers", ("value",), rows)


def one_of_words(r: Random) -> CleanTable:
    rows = rows_of(r, 8, 40, lambda i: (f"{r.choice(WORDS)}{r.randint(1, 99)}",))
    return CleanTable("one_of_words", ("word",), rows, typed=False)


def many_columns(r: Random) -> CleanTable:
    count = r.randint(30, 80)
    names = tuple(f"sensor_{i}" for i in range(count))
    rows = rows_of(r, 6, 20, lambda i: tuple(decimal(r, 100, 3) for _ in range(count)))
    return CleanTable("many_columns", names, rows, tuple(range(count)))


def few_rows(r: Random) -> CleanTable:
    rows = rows_of(
        r, 2, 3, lambda i: (r.choice(ITEMS), str(r.randint(1, 50)), decimal(r, 99))
    )
    return CleanTable("few_rows", ("item", "count", "price"), rows, (2,))


def log(r: Random) -> CleanTable:
    rows = rows_of(
        r,
        15,
        60,
        lambda i: (
            a_time(r),
            r.choice(LEVELS),
            str(r.randint(1, 9999)),
            r.choice(EVENTS),
        ),
    )
    return CleanTable("log", ("time", "level", "pid", "message"), rows)


def prices(r: Random) -> CleanTable:
    rows = rows_of(
        r,
        10,
        40,
        lambda i: (
            f"{r.randint(0, 99999):05}",
            r.choice(ITEMS),
            decimal(r, 20000),
            str(r.randint(1, 500)),
            r.choice(("EUR", "USD", "NOK")),
        ),
    )
    names = ("sku", "item", "unit price", "quantity", "currency")
    return CleanTable("prices", names, rows, (2,))


def places(r: Random) -> CleanTable:
    kinds = ("harbour", "capital", "village", "suburb")
    rows = rows_of(
        r, 12, 40, lambda i: (r.choice(CITIES), r.choice(kinds), r.choice(WORDS))
    )
    return CleanTable("places", ("City", "Kind", "Code Name"), rows, typed=False)


def links(r: Random) -> CleanTable:
    def row(i: int) -> tuple[str, ...]:
        path = f"{r.choice(WORDS)}/{r.choice(WORDS)}?page={r.randint(1, 9)}"
        clock = f"{r.randint(0, 23):02}:{r.randint(0, 59):02}"
        return (f"https://example.org/{path}", clock, str(r.randint(0, 10**5)))

    return CleanTable("links", ("url", "at", "clicks"), rows_of(r, 10, 40, row))


def years(r: Random) -> CleanTable:
    """Names that are numbers, but for the first."""
    names = ("country", *(str(2015 + i) for i in range(r.randint(4, 9))))
    rows = rows_of(
        r,
        8,
        30,
        lambda i: (
            f"{r.choice(WORDS)}land".title(),
            *(decimal(r, 100, 1) for _ in names[1:]),
        ),
    )
    return CleanTable("years", names, rows, tuple(range(1, len(names))))


def contacts(r: Random) -> CleanTable:
    """Text of digits and marks that are no numbers."""

    def row(i: int) -> tuple[str, ...]:
        phone = f"+47 {r.randint(10, 99)} {r.randint(10, 99)} {r.randint(10, 99)}"
        address = ".".join(str(r.randint(1, 254)) for _ in range(4))
        share = f"{r.randint(0, 100)}%"
        return (f"{r.choice(FIRST)} {r.choice(LAST)}", phone, address, share)

    names = ("Full name", "Phone (office)", "IP address", "Share of time")
    return CleanTable("contacts", names, rows_of(r, 8, 30, row))


def sentences(r: Random) -> CleanTable:
    """One column of prose."""

    def row(i: int) -> tuple[str, ...]:
        words = [r.choice(WORDS) for _ in range(r.randint(3, 9))]
        mark = r.choice((", ", " ", ": ", " and "))
        return (f"The {mark.join((' '.join(words[:2]), ' '.join(words[2:])))}.",)

    return CleanTable("sentences", ("remark",), rows_of(r, 10, 30, row), typed=False)


def documents(r: Random) -> CleanTable:
    """Cells that are JSON, lists and paragraphs."""

    def row(i: int) -> tuple[str, ...]:
        tags = ", ".join(f'"{r.choice(WORDS)}"' for _ in range(r.randint(1, 3)))
        line = " ".join(r.choice(WORDS) for _ in range(r.randint(5, 12)))
        body = f"{line.capitalize()},\nand {line}; the end."
        return (str(i), f'{{"tags": [{tags}], "n": {r.randint(0, 9)}}}', body)

    return CleanTable("documents", ("_id", "data", "body"), rows_of(r, 6, 20, row))


def one_row(r: Random) -> CleanTable:
    row = (r.choice(CITIES), str(a_date(r)), decimal(r, 50), str(r.randint(1, 9)))
    return CleanTable("one_row", ("place", "day", "level", "class"), (row,), (2,))


MAKERS = (
    *(
        measurements,
        people,
        notes,
        western,
        world,
        sparse,
        one_of_numbers,
        one_of_words,
    ),
    *(many_columns, few_rows, log, prices, places, links, years, contacts, sentences),
    *(documents, one_row),
)


def clean_tables(seed: int) -> list[CleanTable]:
    """Return one table of each kind."""
    return [make(Random(f"{seed} {make.__name__}")) for make in MAKERS]
