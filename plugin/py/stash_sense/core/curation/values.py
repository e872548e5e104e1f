"""What a rule of curation finds. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SubjectKind = Literal[
    "performer", "scene", "image", "unknown"
]  # unknown: an unknown person, by the number of the group


@dataclass(frozen=True, slots=True)
class Subject:
    """An object that a finding is about. id: a whole number as text. name: as it was when the rule looked."""

    kind: SubjectKind
    id: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the user may want to put right.

    confidence: 0..1, how probable it is that the finding is right; docs/rules.md says for each rule what that rests on. title, why: one
    sentence each. evidence: plain data for whoever shows it. actions: what would put it right. weight: what comes first among equally sure
    ones, higher first. detail: what tells it from other findings of the rule about the same subjects.
    """

    rule: str
    subjects: tuple[Subject, ...]
    confidence: float
    title: str
    why: str
    evidence: Mapping[str, object]
    actions: tuple[str, ...] = ()
    weight: float = 0.0
    detail: str = ""

    @property
    def key(self) -> str:
        """The same for the same matter, whatever the order of the subjects."""
        ordered = sorted(self.subjects, key=lambda one: (one.kind, int(one.id)))
        return " ".join([*(one.key for one in ordered), *filter(None, [self.detail])])
