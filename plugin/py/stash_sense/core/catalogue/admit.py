"""Which faces from elsewhere become references of a person, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from stash_sense.core.catalogue.values import ImageOutcome, Trust
from stash_sense.core.matching.linkage import group
from stash_sense.core.matching.template import build_template, outliers, pick_references
from stash_sense.core.values import Face, Vector, Vectors

FaceState = Literal["used", "set_aside", "spare"]
Reason = Literal[
    "disagrees",  # another person's face, as far as the person's own faces can tell
    "group_photo",  # of a picture with several people, and not clearly this person
    "unconfirmed",  # of a source that is not trusted alone, and there is no face of the person to compare with
    "same_photo",  # nearly the same as a better face of this person: a copy of the photo
    "source_cap",
    "total_cap",
]
SPARE: frozenset[Reason] = frozenset({"same_photo", "source_cap", "total_cap"})


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """Block "admission" of pack.json; how the figures came about: docs/calibration.md.

    Least values of a face that is worth keeping: image_px, face_px (shorter sides), confidence (of the detector), pose (part of the
    quality), quality (total).
    same: average cosine from which the person's own faces form one group. copy: cosine from which two faces are from one photo.
    agree: (own faces, least agreement), ascending: what a face of a medium source needs. dominant: least agreement of a low source's
    largest group with the person's faces.
    """

    image_px: int
    face_px: float
    confidence: float
    pose: float
    quality: float
    same: float
    copy: float
    agree: tuple[tuple[int, float], ...]
    dominant: float

    @classmethod
    def from_pack(cls, block: Mapping[str, Any]) -> AdmissionRules:
        """Raises KeyError for a missing value, ValueError if there is no rule for a single own face."""
        agree = tuple(sorted((int(count), float(least)) for count, least in block["agree"].items()))
        if not agree or agree[0][0] != 1:
            raise ValueError("admission.agree has no rule for one own face")
        return cls(
            image_px=int(block["image_px"]),
            face_px=float(block["face_px"]),
            confidence=float(block["confidence"]),
            pose=float(block["pose"]),
            quality=float(block["quality"]),
            same=float(block["same"]),
            copy=float(block["copy"]),
            agree=agree,
            dominant=float(block["dominant"]),
        )

    def agree_from(self, own: int) -> float:
        """Least agreement with `own` (1 or more) different faces of the person."""
        return next(least for count, least in reversed(self.agree) if own >= count)


@dataclass(frozen=True, slots=True)
class Caps:
    """Most faces used of one person: of one source, and together."""

    per_source: int = 5
    total: int = 20


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A usable face that may become a reference.

    source: where it comes from (endpoint or host; caps count by it). quality: 0..1. trust: of the source. group: its picture shows
    several people; picture: which picture that is, so that only one of its faces is taken ("": one of its own).
    """

    source: str
    quality: float
    vector: Vector
    trust: Trust = "high"
    group: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of a candidate. reason: None for used."""

    state: FaceState
    reason: Reason | None = None


def refusal(face: Face, image_px: int, rules: AdmissionRules) -> ImageOutcome | None:
    """Why a face is not worth keeping, the first reason in this order; None if it is. image_px: shorter side of its picture."""
    if image_px < rules.image_px:
        return "image_too_small"
    if face.size_px < rules.face_px:
        return "face_too_small"
    if face.detection.confidence < rules.confidence:
        return "low_confidence"
    if face.quality.pose < rules.pose:
        return "extreme_angle"
    return "low_quality" if face.quality.total < rules.quality else None


def agreement(vector: Vector, own: Vectors) -> float:
    """How well a face goes with a person's `own` faces (n, dims), n ≥ 1: cosine with their mean, made a unit vector."""
    return float(build_template(own, np.ones(len(own))) @ vector)


def admit(
    faces: Sequence[Candidate], own: Vectors, *, rules: AdmissionRules, caps: Caps | None = None
) -> list[Admission]:
    """What becomes of each face, in the order given; the result does not depend on that order.

    own: (n, dims) faces of the person that are known to be right, such as references already there; n may be 0. They count neither as
    candidates nor in the caps.

    Faces of high trust count unless most of the person's faces say otherwise. All others have to agree with those (and with `own`),
    never with each other, so that one wrong face cannot bring in the next.
    """
    if not faces:
        return []
    order = sorted(range(len(faces)), key=lambda index: _identity(faces[index]))
    judge = _Judge([faces[index] for index in order], own, rules)
    reasons = judge.reasons()
    _cap(judge, reasons, caps or Caps())
    result = [Admission("used")] * len(faces)
    for index, reason in zip(order, reasons, strict=True):
        if reason is not None:
            result[index] = Admission("spare" if reason in SPARE else "set_aside", reason)
    return result


class _Judge:
    """One person's candidates against what is known of the person."""

    def __init__(self, faces: Sequence[Candidate], own: Vectors, rules: AdmissionRules) -> None:
        self.faces = faces
        self.rules = rules
        self.vectors: Vectors = np.stack([face.vector for face in faces])
        self.own = distinct(own, rules.copy) if len(own) else self.vectors[:0]

    def reasons(self) -> list[Reason | None]:
        """Why each face is refused; None: it may be used."""
        reasons: list[Reason | None] = ["unconfirmed"] * len(self.faces)
        firm = [i for i, face in enumerate(self.faces) if face.trust == "high" and not face.group]
        for index, odd in zip(firm, self._odd(firm), strict=True):
            reasons[index] = "disagrees" if odd else None
        groups = [i for i, face in enumerate(self.faces) if face.trust == "high" and face.group]
        if not firm and not len(self.own):
            kept = set(self._dominant(groups))
            reasons[:] = [None if i in kept else reason for i, reason in enumerate(reasons)]
        base = np.concatenate([self.own, self.vectors[[i for i, reason in enumerate(reasons) if reason is None]]])
        for index in groups:
            if reasons[index] is not None:
                reasons[index] = "group_photo"
        if len(base):
            self._compare(reasons, distinct(base, self.rules.copy))
        return reasons

    def _odd(self, firm: list[int]) -> list[bool]:
        """Which faces of high trust disagree with most; copies of one photo have one voice."""
        photos = copies(self.vectors[firm], self.rules.copy)
        voices = [firm[photo[0]] for photo in photos]
        odd = outliers(np.concatenate([self.own, self.vectors[voices]]), agree_from=self.rules.same)[len(self.own) :]
        result = [False] * len(firm)
        for photo, is_odd in zip(photos, odd, strict=True):
            for place in photo:
                result[place] = is_odd
        return result

    def _compare(self, reasons: list[Reason | None], base: Vectors) -> None:
        """Lets in what agrees with `base`, the person's faces as far as they are known."""
        least = self.rules.agree_from(len(base))
        score = self.vectors @ build_template(base, np.ones(len(base)))
        waiting = [i for i, reason in enumerate(reasons) if reason in {"unconfirmed", "group_photo"}]
        for index in waiting:
            face = self.faces[index]
            if face.trust != "low":
                rival = any(
                    score[other] > score[index] and self._same_picture(other, index) for other in range(len(self.faces))
                )
                agrees = score[index] >= least and not rival
                reasons[index] = None if agrees else "group_photo" if face.group else "disagrees"
        for source in sorted({self.faces[index].source for index in waiting if self.faces[index].trust == "low"}):
            mine = [i for i in waiting if self.faces[i].trust == "low" and self.faces[i].source == source]
            best = self._dominant(mine)
            template = build_template(self.vectors[best], np.ones(len(best))) if best else None
            agrees = template is not None and agreement(template, base) >= self.rules.dominant
            for index in mine:
                reasons[index] = None if agrees and index in best else "disagrees"

    def _same_picture(self, one: int, other: int) -> bool:
        first, second = self.faces[one], self.faces[other]
        return one != other and first.picture != "" and (first.source, first.picture) == (second.source, second.picture)

    def _dominant(self, rows: list[int]) -> list[int]:
        """The faces of whoever is in more different photos than anybody else, two at least; nobody if that is a draw."""
        photos = copies(self.vectors[rows], self.rules.copy)
        voices = [rows[photo[0]] for photo in photos]
        if len(voices) < 2:
            return []
        vectors = self.vectors[voices].astype(np.float64)
        apart = np.array([[self._same_picture(one, other) for other in voices] for one in voices])
        found = group(vectors @ vectors.T, apart, np.ones(len(voices)), join_from=self.rules.same)
        found.sort(key=len, reverse=True)
        if len(found[0]) < 2 or (len(found) > 1 and len(found[1]) == len(found[0])):
            return []
        return sorted(rows[place] for voice in found[0] for place in photos[voice])


def copies(vectors: Vectors, least: float) -> list[list[int]]:
    """Rows that are faces from one and the same photo, together; each list and the lists by first row. least: cosine of two copies."""
    lists: list[list[int]] = []
    for row, near in enumerate(vectors @ vectors.T >= least):
        home = next((photo for photo in lists if near[photo[0]]), None)
        if home is None:
            lists.append([row])
        else:
            home.append(row)
    return lists


def distinct(vectors: Vectors, least: float) -> Vectors:
    """One row of every photo."""
    return vectors[[photo[0] for photo in copies(vectors, least)]]


def _cap(judge: _Judge, reasons: list[Reason | None], caps: Caps) -> None:
    """Marks what is more than enough among the faces that may be used: copies, then by source, then in total."""
    used = [i for i, reason in enumerate(reasons) if reason is None]
    for photo in copies(judge.vectors[used], judge.rules.copy):
        for place in photo[1:]:
            reasons[used[place]] = "same_photo"
    for source in sorted({face.source for face in judge.faces}):
        mine = [i for i, reason in enumerate(reasons) if reason is None and judge.faces[i].source == source]
        _keep(judge, reasons, mine, caps.per_source, "source_cap")
    room = caps.total
    for trust in get_args(Trust):  # the highest first
        mine = [i for i, reason in enumerate(reasons) if reason is None and judge.faces[i].trust == trust]
        _keep(judge, reasons, mine, room, "total_cap")
        room -= min(room, len(mine))


def _keep(judge: _Judge, reasons: list[Reason | None], rows: list[int], most: int, reason: Reason) -> None:
    """Lets the `most` best of `rows` be, chosen for difference and quality."""
    qualities = [judge.faces[row].quality for row in rows]
    kept = set(pick_references(judge.vectors[rows], qualities, most)) if most > 0 else set()
    for place, row in enumerate(rows):
        if place not in kept:
            reasons[row] = reason


def _identity(face: Candidate) -> tuple[float, str, str, bytes]:
    """A sort key that depends on the face alone, best quality first."""
    return -face.quality, face.source, face.picture, face.vector.tobytes()
