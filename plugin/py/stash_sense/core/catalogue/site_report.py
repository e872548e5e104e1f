"""What a check of a reference site against the library has shown, and whether the site may be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# A check that says less than this, or worse, lets no site in. Of the few wrong faces it lets through, most still disagree one by one.
LEAST_FACES = 10
LEAST_PEOPLE = 5
LEAST_MATCHING = 0.8
MOST_ELSEWHERE = 0.1


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What pages of performers whose faces are known have shown.

    people: whose pages held a usable face. pages, failed: read, and not readable. pictures: in them. faces: usable ones. matching: those that agree
    with the person's own faces as a reference would have to. elsewhere: those that are nearer to somebody else. outcomes: of the pictures without a
    usable face, by name. message: why it ended early.
    """

    host: str
    at: str
    pack: str
    revision: str
    people: int = 0
    pages: int = 0
    failed: int = 0
    pictures: int = 0
    faces: int = 0
    matching: int = 0
    elsewhere: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    message: str | None = None

    @property
    def trusted(self) -> bool:
        return self.doubt is None

    @property
    def doubt(self) -> str | None:
        """Why the site may not be used, in one sentence; None if it may."""
        if self.faces < LEAST_FACES or self.people < LEAST_PEOPLE:
            return (
                f"only {self.faces} usable faces of {self.people} people could be compared; "
                f"it takes {LEAST_FACES} faces of {LEAST_PEOPLE} people"
            )
        if self.elsewhere > MOST_ELSEWHERE * self.faces:
            return f"{self.elsewhere} of {self.faces} faces are nearer to somebody else"
        if self.matching < LEAST_MATCHING * self.faces:
            return f"only {self.matching} of {self.faces} faces match the person"
        return None
