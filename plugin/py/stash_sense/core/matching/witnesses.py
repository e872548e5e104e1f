"""Which references of a person to trust: they vote, one voice for each place they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.linkage import group
from stash_sense.core.matching.template import pick_references
from stash_sense.core.values import Vectors

State = Literal["used", "set_aside", "spare"]

KEPT = 2  # so many times as many as are used are kept: enough for when others go
BY_THE_USER, BY_THE_PROGRAM = 1.0, 0.5  # voice of a source; what was accepted by itself repeats what was known before


@dataclass(frozen=True, slots=True)
class Witness:
    """One reference. source: the picture or scene it comes from; all of one source share one voice.

    quality: 0..1. voice: of the whole source. own: the performer's own image. said: where the user has put it, whatever the others say.
    """

    source: str
    quality: float
    voice: float = BY_THE_USER
    own: bool = False
    said: Literal["used", "set_aside"] | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """why: in words, for what was set aside because it disagrees. surplus: a spare one for which there are better ones in plenty."""

    state: State
    why: str | None = None
    surplus: bool = False


def judge(vectors: Vectors, witnesses: Sequence[Witness], *, agree_from: float, cap: int) -> list[Ruling]:
    """What becomes of each reference of one person: used, set aside because it disagrees, or spare beyond `cap`.

    vectors: (n, dims), oldest first. agree_from: average cosine from which two groups of references are one person (pack.json,
    clustering.reference_agree). The group with the most voices is the person's; on a tie the one with the performer's own image, then the
    one that was there first, so that a newcomer never turns the gallery over by itself. What the user has said stands above all votes:
    a group with a reference that the user wants used wins, and what the user has set aside has no voice. Used are the best and most
    different ones of the group (template.pick_references).
    """
    rulings = [Ruling("set_aside")] * len(witnesses)
    heard = [index for index, one in enumerate(witnesses) if one.said != "set_aside"]
    if not heard:
        return rulings
    voices = _voices([witnesses[index] for index in heard])
    groups = [[heard[row] for row in rows] for rows in _groups(vectors[heard], voices, agree_from)]
    voice_of = dict(zip(heard, voices, strict=True))
    groups.sort(key=lambda rows: _weight(rows, witnesses, voice_of), reverse=True)
    winner, others = groups[0], groups[1:]
    for rows in others:
        for index in rows:
            rulings[index] = Ruling("set_aside", _why(winner, witnesses))
    wanted = [index for index in heard if witnesses[index].said == "used"]
    agreeing = [*wanted, *(index for index in winner if index not in wanted)]
    qualities = [witnesses[index].quality for index in agreeing]
    first = list(range(len(wanted)))
    count = max(cap, len(wanted), 1)
    chosen = pick_references(vectors[agreeing], qualities, KEPT * count, first=first)
    used, kept = set(chosen[:count]), set(chosen)
    for place, index in enumerate(agreeing):
        rulings[index] = Ruling("used") if place in used else Ruling("spare", surplus=place not in kept)
    return rulings


def worth_adding(
    known: Vectors, faces: Vectors, qualities: Sequence[float], *, most: int, copy_from: float
) -> list[int]:
    """Indexes of at most `most` of `faces` that show the person in another way than `known` and each other do, in order of choice.

    copy_from: cosine from which two are the same picture (pack.json, clustering.reference_copy). known: (n, dims), n may be 0.
    """
    if most < 1 or len(faces) == 0:
        return []
    count = len(known)
    together = np.concatenate([known, faces]) if count else faces
    everything = [*[1.0] * count, *qualities]
    order = pick_references(together, everything, len(together), first=range(count))[count:]
    taken: list[int] = []
    for index in order:
        before = together[[*range(count), *taken]]
        if len(before) == 0 or float((before @ together[index]).max()) < copy_from:
            taken.append(index)
        if len(taken) == most:
            break
    return [index - count for index in taken]


def _groups(vectors: Vectors, voices: Sequence[float], agree_from: float) -> list[list[int]]:
    count = len(vectors)
    wide = np.asarray(vectors, dtype=np.float64)
    apart: NDArray[np.bool_] = np.zeros((count, count), dtype=np.bool_)
    return group(wide @ wide.T, apart, np.array(voices), join_from=agree_from)


def _voices(witnesses: Sequence[Witness]) -> list[float]:
    """Each reference's part in the one voice of its source."""
    counts = Counter(one.source for one in witnesses)
    return [one.voice / counts[one.source] for one in witnesses]


def _weight(
    rows: Sequence[int], witnesses: Sequence[Witness], voice_of: Mapping[int, float]
) -> tuple[int, float, bool, int]:
    """The greater, the more a group is the person: wanted by the user, voices, with the performer's own image, age."""
    members = [witnesses[index] for index in rows]
    voices = round(sum(voice_of[index] for index in rows), 6)
    return sum(one.said == "used" for one in members), voices, any(one.own for one in members), -min(rows)


def _why(winner: Sequence[int], witnesses: Sequence[Witness]) -> str:
    """Whom a reference disagrees with."""
    members = [witnesses[index] for index in winner]
    sources = len({one.source for one in members})
    if any(one.said == "used" for one in members):
        return "not like what you said is the right person"
    if sources > 1:
        return f"not like this person in {sources} other places"
    if members[0].own:
        return "not like the performer's own image"
    return "not like what was there before"
