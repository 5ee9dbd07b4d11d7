"""Which properties of a file a sniffer is right about."""

from __future__ import annotations

from dataclasses import dataclass, field

from pollution import Polluted
from sniffers import Sniffer, Told

__all__ = ["PROPERTIES", "Score", "judge", "right"]

PROPERTIES = ("delimiter", "quote", "escape", "header", "skip")


def right(told: Told | None, file: Polluted) -> dict[str, bool]:
    """Return for each property whether a sniffer is right; nothing said is wrong."""
    if told is None:
        return dict.fromkeys(PROPERTIES, False)
    answer = file.answer
    return {
        "delimiter": told.delimiter in answer.delimiters,
        "quote": told.quotechar in answer.quotechars,
        "escape": told.escapechar in answer.escapechars,
        "header": told.header == answer.header,
        "skip": (told.skiprows, told.comment) in answer.skips,
    }


@dataclass
class Score:
    """How many files a sniffer is right about."""

    sniffer: Sniffer
    files: int = 0
    silent: int = 0  # it raised, or said nothing
    properties: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(PROPERTIES, 0)
    )
    told: int = 0  # right in all that it has a word for
    whole: int = 0  # right in all five
    wrong: list[str] = field(default_factory=list)

    def share(self, count: int) -> float:
        return count / self.files if self.files else 0.0


def judge(sniffer: Sniffer, files: list[Polluted]) -> Score:
    """Return the score of a sniffer over files."""
    score = Score(sniffer)
    for file in files:
        told = sniffer.sniff(file)
        verdict = right(told, file)
        score.files += 1
        score.silent += told is None
        for name, is_right in verdict.items():
            score.properties[name] += is_right
        score.told += all(verdict[name] for name in sniffer.tells)
        whole = all(verdict.values())
        score.whole += whole
        if not whole:
            score.wrong.append(file.name)
    return score
