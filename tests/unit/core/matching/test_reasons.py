from __future__ import annotations

import pytest
from tests.builders import a_calibration, a_face, a_probe

from stash_sense.core.matching.reasons import why_named, why_unknown, why_unusable
from stash_sense.core.values import Candidate

BANDS = a_calibration().bands


def a_candidate(margin: float = 0.3, references: int = 4, probability: float = 0.9) -> Candidate:
    return Candidate("performer:1", 0.6, 5.0, margin, probability, references)


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (a_candidate(), "6 good faces in 5 frames, clear margin"),
        (a_candidate(margin=0.1), "6 good faces in 5 frames"),
        (a_candidate(margin=0.01), "6 good faces in 5 frames, small margin"),
        (a_candidate(references=1), "6 good faces in 5 frames, clear margin, only one reference photo"),
    ],
)
def test_named(candidate: Candidate, why: str) -> None:
    assert why_named(a_probe(), candidate, BANDS) == why


def test_one_face_is_not_faces() -> None:
    assert why_named(a_probe(faces=1, frames=1, quality=0.2), a_candidate(margin=0.1), BANDS) == "1 face in 1 frame"


@pytest.mark.parametrize(
    ("closest", "why"),
    [
        (None, "nobody with reference photos comes close"),
        (a_candidate(probability=0.4, margin=0.01), "nobody stands out clearly"),
        (a_candidate(probability=0.4, references=1), "the closest person has only one reference photo"),
        (a_candidate(probability=0.4), "nobody is close enough"),
    ],
)
def test_unknown(closest: Candidate | None, why: str) -> None:
    assert why_unknown(a_probe(kind="picture"), closest, BANDS, None) == f"6 good faces in 5 pictures, {why}"


def test_unusable_faces_are_counted_by_reason() -> None:
    small = [a_face(size_px=20, quality=0.0) for _ in range(5)]
    rest = [a_face(quality=0.0, weakest="sharpness"), a_face(quality=0.0, weakest="pose"), a_face(quality=0.8)]
    assert why_unusable(small + rest, 36) == "5 faces under 36 px, 1 blurred, 1 turned"
    assert why_unusable(rest[:1], 36) == "1 face blurred"
    assert why_unusable(rest[2:], 36) is None
