"""What makes it impossible, or unlikely enough, that two entries are one person."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stash_sense.core.catalogue.values import BoxPerson
from stash_sense.core.identity.values import ConflictKind

DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
YEARS_APART = 1  # boxes often disagree by a year: given ages are rounded either way

# Pairs of genders that no box gives one person; a former gender and the present one, or a less exact word, are no contradiction.
APART = ({"MALE", "FEMALE"}, {"TRANSGENDER_MALE", "TRANSGENDER_FEMALE"})


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth as far as it is known; 0 for what is not."""

    year: int
    month: int
    day: int

    @property
    def is_full(self) -> bool:
        return self.day > 0


def birth_of(person: BoxPerson) -> Birth | None:
    return read_birth(person.birth_date)


def read_birth(text: str | None) -> Birth | None:
    """A date of birth as boxes and Stash write it; None for what is none."""
    found = DATE.match(text or "")
    return Birth(int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found and int(found[1]) else None


def births_agree(one: Birth, other: Birth) -> bool:
    """True for the same date, one of them less exact by a year at most, and for one slip of the pen in a full date."""
    if one.is_full and other.is_full:
        differences = (one.year != other.year) + (one.month != other.month) + (one.day != other.day)
        return differences <= 1 and abs(one.year - other.year) <= YEARS_APART
    return abs(one.year - other.year) <= YEARS_APART


def genders_agree(one: str | None, other: str | None) -> bool:
    return {_gender(one), _gender(other)} not in APART


def _gender(text: str | None) -> str:
    return (text or "").upper().replace(" ", "_").replace("TRANS_", "TRANSGENDER_")


def contradiction(one: BoxPerson, other: BoxPerson) -> tuple[ConflictKind, str] | None:
    """What speaks against the two being one person, with both values; None if nothing does."""
    if not genders_agree(one.gender, other.gender):
        return "gender", f"{one.gender} and {other.gender}"
    left, right = birth_of(one), birth_of(other)
    if left and right and abs(left.year - right.year) > YEARS_APART:
        return "birth_date", f"{one.birth_date} and {other.birth_date}"
    return None
