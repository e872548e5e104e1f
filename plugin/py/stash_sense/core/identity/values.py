"""What the identity graph takes and gives: who is the same person, why, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stash_sense.core.catalogue.values import BoxPerson, PersonId

PersonKey = tuple[str, str]  # endpoint, box_id

ReasonKind = Literal[
    "merged",  # the box itself merged them
    "link",  # one's page on its box is among the other's URLs
    "record",  # the same entry of a database of people (IAFD, IMDb, Wikidata, a box that was not read)
    "account",  # the same account of their own
    "page",  # the same page of a site about performers
    "other",  # the same address anywhere else
    "name",  # name or alias in common
    "birth",  # the same day of birth
    "country",
]
ConflictKind = Literal["same_box", "gender", "birth_date", "size", "contested"]
ReviewKind = Literal["face", "face_and_name", "name", "url"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence that two ids are one person. detail: the site's identity, the name, the date."""

    kind: ReasonKind
    left: PersonKey
    right: PersonKey
    detail: str


@dataclass(frozen=True, slots=True)
class Group:
    """One person. members: live ids first, the leading one at the front; then retired ids that still lead to the person.

    claims: ids on boxes that were not read, which the members' URLs name; nobody else claims them. reasons: every piece of evidence, not just
    as much as it took.
    """

    members: tuple[PersonId, ...]
    reasons: tuple[Reason, ...] = ()
    claims: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class FacePair:
    """Two people whose faces are near. score: cosine of their templates."""

    left: PersonKey
    right: PersonKey
    score: float


@dataclass(frozen=True, slots=True)
class Review:
    """Perhaps one person; not joined. score: of the faces, where it is about faces."""

    kind: ReviewKind
    left: PersonKey
    right: PersonKey
    detail: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Evidence for one person that was not followed, because of `kind`.

    same_box: two live ids of one box would have become one. contested: another has as good a claim. size: too many ids. detail: the evidence and what
    speaks against it.
    """

    kind: ConflictKind
    left: PersonKey
    right: PersonKey
    detail: str


@dataclass(frozen=True, slots=True)
class Identities:
    """Everybody, each live id in exactly one group. gone: deleted ids that lead to nobody. Nothing here depends on the order of the people given."""

    groups: list[Group]
    review: list[Review]
    conflicts: list[Conflict]
    gone: list[PersonId]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the graph may go.

    members: live ids a person may have. owners: people an address may have before it is no evidence. namesakes: people of one name and year before
    the name is none. name_alike: from where two names are one with a misspelling; face_name: from where a near face and the names make a case.
    """

    members: int = 8
    owners: int = 8
    namesakes: int = 40
    name_alike: float = 0.95
    face_name: float = 0.7


def key_of(person: BoxPerson) -> PersonKey:
    return person.endpoint, person.box_id
