from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import a_face, a_person, looks

from stash_sense.core.catalogue.admit import Admission, AdmissionRules, Candidate, Caps, admit, refusal
from stash_sense.core.matching.template import build_template
from stash_sense.core.values import Vector, Vectors

RULES = AdmissionRules(
    image_px=160, face_px=48, confidence=0.7, pose=0.2, quality=0.6, same=0.25, copy=0.98, agree=((1, 0.6), (2, 0.5), (4, 0.4)), dominant=0.6
)  # fmt: skip
BLOCK = {"image_px": 160, "face_px": 48, "confidence": 0.7, "pose": 0.2, "quality": 0.6, "same": 0.25, "copy": 0.98}
NOBODY: Vectors = np.zeros((0, 32), np.float32)
JANE, MARY, ANNA = a_person(1), a_person(3), a_person(10)


def of(vectors: Vectors, **common) -> list[Candidate]:
    values = {"source": "one.example", "quality": 0.8, **common}
    return [Candidate(vector=vector, **values) for vector in vectors]


def told(faces: list[Candidate], own: Vectors = NOBODY, *, caps: Caps | None = None) -> list[str]:
    return [one.reason or one.state for one in admit(faces, own, rules=RULES, caps=caps)]


# Faces worth keeping


@pytest.mark.parametrize(
    ("changes", "image_px", "why"),
    [
        ({}, 400, None),
        ({}, 159, "image_too_small"),
        ({"size_px": 40}, 400, "face_too_small"),
        ({"quality": 0.5}, 400, "low_quality"),
        ({"quality": 0.8, "weakest": "pose"}, 400, None),  # 0.2 is just enough
    ],
)
def test_a_face_that_is_not_worth_keeping_is_refused_by_name(changes, image_px: int, why: str | None) -> None:
    assert refusal(a_face(**changes), image_px, RULES) == why


def test_doubtful_and_averted_faces_are_refused_by_name() -> None:
    face = a_face()
    assert refusal(replace(face, detection=replace(face.detection, confidence=0.69)), 400, RULES) == "low_confidence"
    assert refusal(replace(face, quality=replace(face.quality, pose=0.1)), 400, RULES) == "extreme_angle"


def test_the_first_reason_is_named() -> None:
    assert refusal(a_face(size_px=20, quality=0.1), 100, RULES) == "image_too_small"


# High trust


def test_faces_of_high_trust_are_used() -> None:
    assert told(of(looks(JANE, 3))) == ["used"] * 3


def test_the_photo_of_somebody_else_is_set_aside() -> None:
    faces = [*of(looks(JANE, 3)), *of(looks(MARY, 1))]
    assert told(faces) == ["used", "used", "used", "disagrees"]
    assert admit(faces, NOBODY, rules=RULES)[3] == Admission("set_aside", "disagrees")


def test_of_two_faces_that_disagree_nobody_can_tell_which_is_wrong() -> None:
    assert told([*of(looks(JANE, 1)), *of(looks(MARY, 1))]) == ["used", "used"]


def test_known_faces_of_the_person_decide_which_is_wrong() -> None:
    faces = [*of(looks(JANE, 1)), *of(looks(MARY, 1))]
    assert told(faces, looks(JANE, 2, seed=7)) == ["used", "disagrees"]


def test_copies_of_a_wrong_photo_have_one_voice() -> None:
    wrong = of(np.repeat(looks(MARY, 1), 3, axis=0))
    assert told([*of(looks(JANE, 2)), *wrong]) == ["used", "used", "disagrees", "disagrees", "disagrees"]


# Pictures of several people


def test_of_a_group_photo_only_the_face_that_agrees_is_taken() -> None:
    group = [
        *of(looks(JANE, 1, seed=9), group=True, picture="p"),
        *of(looks(MARY, 1), group=True, picture="p"),
    ]
    assert told([*of(looks(JANE, 2)), *group]) == ["used", "used", "used", "group_photo"]


def test_nobody_is_twice_in_one_picture() -> None:
    twins = of(looks(JANE, 2, seed=9), group=True, picture="p")
    assert sorted(told([*of(looks(JANE, 2)), *twins])) == ["group_photo", "used", "used", "used"]


def test_whoever_recurs_in_group_photos_is_the_person() -> None:
    jane = of(looks(JANE, 2))
    group = [
        replace(jane[0], group=True, picture="p"),
        *of(looks(MARY, 1), group=True, picture="p"),
        replace(jane[1], group=True, picture="q"),
        *of(looks(ANNA, 1), group=True, picture="q"),
    ]
    assert told(group) == ["used", "group_photo", "used", "group_photo"]


def test_a_couple_that_recurs_together_tells_nothing() -> None:
    jane, mary = of(looks(JANE, 2), group=True), of(looks(MARY, 2), group=True)
    group = [replace(face, picture=str(place)) for pair in (jane, mary) for place, face in enumerate(pair)]
    assert told(group) == ["group_photo"] * 4


def test_a_single_group_photo_tells_nothing() -> None:
    assert told([replace(face, picture="p") for face in of(looks(JANE, 1), group=True)]) == ["group_photo"]


# Medium trust


def at(cosine: float, centre: Vector = JANE) -> Vectors:
    """One face at this cosine to `centre`, always towards the same side."""
    aside = a_person(11) - (a_person(11) @ centre) * centre
    aside /= np.linalg.norm(aside)
    return (cosine * centre + np.sqrt(1 - cosine**2) * aside)[None].astype(np.float32)


@pytest.mark.parametrize(("own", "needed"), [(1, 0.6), (2, 0.5), (3, 0.5), (4, 0.4), (9, 0.4)])
def test_medium_trust_needs_more_agreement_the_fewer_faces_are_known(own: int, needed: float) -> None:
    known = looks(JANE, own, spread=0.6, seed=7)
    mean = build_template(known, np.ones(own))
    assert told(of(at(needed - 0.02, mean), trust="medium"), known) == ["disagrees"]
    assert told(of(at(needed + 0.02, mean), trust="medium"), known) == ["used"]


def test_copies_of_one_known_face_count_once() -> None:
    known = np.repeat(JANE[None], 5, axis=0)
    assert told(of(at(0.55), trust="medium"), known) == ["disagrees"]  # enough for five faces, not for one
    assert told(of(at(0.62), trust="medium"), known) == ["used"]


def test_medium_trust_alone_confirms_nobody() -> None:
    assert told(of(looks(JANE, 4), trust="medium")) == ["unconfirmed"] * 4


def test_faces_of_high_trust_confirm_those_of_medium_trust() -> None:
    faces = [*of(looks(JANE, 2)), *of(looks(JANE, 1, seed=4), trust="medium"), *of(looks(MARY, 1), trust="medium")]
    assert told(faces) == ["used", "used", "used", "disagrees"]


def test_one_admitted_face_does_not_bring_in_the_next() -> None:
    chain = [*of(at(0.62), trust="medium"), *of(at(0.3), trust="medium")]  # the second is near the first, not near JANE
    assert float(chain[0].vector @ chain[1].vector) > 0.6
    assert told(chain, JANE[None]) == ["used", "disagrees"]


# Low trust


def test_of_a_source_of_low_trust_the_largest_group_is_taken_if_it_is_the_person() -> None:
    faces = [*of(looks(JANE, 3, seed=8), trust="low"), *of(looks(MARY, 2), trust="low")]
    assert told(faces, looks(JANE, 2)) == ["used", "used", "used", "disagrees", "disagrees"]


def test_a_largest_group_that_is_somebody_else_spoils_the_source() -> None:
    faces = [*of(looks(JANE, 2, seed=8), trust="low"), *of(looks(MARY, 3), trust="low")]
    assert told(faces, looks(JANE, 2)) == ["disagrees"] * 5


def test_low_trust_is_judged_source_by_source() -> None:
    good, bad = of(looks(JANE, 2, seed=8), trust="low"), of(looks(MARY, 3), trust="low", source="two.example")
    assert told([*good, *bad], looks(JANE, 2)) == ["used", "used", "disagrees", "disagrees", "disagrees"]


def test_low_trust_alone_confirms_nobody() -> None:
    assert told(of(looks(JANE, 4), trust="low")) == ["unconfirmed"] * 4


# Caps


def test_no_source_gives_more_than_its_share_and_the_best_stay() -> None:
    faces = [replace(face, quality=0.7 + 0.01 * place) for place, face in enumerate(of(looks(JANE, 7)))]
    found = admit(faces, NOBODY, rules=RULES, caps=Caps(per_source=5, total=20))
    assert [one.state for one in found].count("used") == 5
    assert {one.reason for one in found if one.state == "spare"} == {"source_cap"}
    assert found[6].state == "used"  # the best of all


def test_no_person_has_more_than_the_total() -> None:
    faces = [face for number in range(3) for face in of(looks(JANE, 4, seed=number), source=f"{number}.example")]
    reasons = told(faces, caps=Caps(per_source=5, total=6))
    assert (reasons.count("used"), reasons.count("total_cap")) == (6, 6)


def test_a_copy_of_a_photo_is_spare_whatever_its_source() -> None:
    one = of(looks(JANE, 1))[0]
    copy = replace(one, source="two.example", quality=0.7)
    assert told([copy, one]) == ["same_photo", "used"]


def test_no_room_at_all_is_fine() -> None:
    assert told(of(looks(JANE, 2)), caps=Caps(per_source=0, total=20)) == ["source_cap", "source_cap"]


def test_nothing_comes_of_nothing() -> None:
    assert admit([], NOBODY, rules=RULES) == []


# Whatever comes

PEOPLE = st.sampled_from([JANE, MARY, ANNA])


@st.composite
def crowds(draw: st.DrawFn) -> list[Candidate]:
    faces = []
    trusts = {source: draw(st.sampled_from(["high", "medium", "low"])) for source in ("a", "b")}
    for number in range(draw(st.integers(1, 12))):
        source = draw(st.sampled_from(["a", "b"]))
        vector = looks(draw(PEOPLE), 1, spread=draw(st.sampled_from([0.1, 0.4, 1.0])), seed=number)[0]
        group = draw(st.booleans())
        faces.append(
            Candidate(
                source=source,
                quality=draw(st.sampled_from([0.6, 0.7, 0.9])),
                vector=vector,
                trust=trusts[source],
                group=group,
                picture=draw(st.sampled_from(["p", "q"])) if group else f"single {number}",
            )
        )
    return faces


@given(faces=crowds(), known=st.integers(0, 3), order=st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(faces: list[Candidate], known: int, order) -> None:
    own = looks(JANE, known, seed=50)
    before = dict(zip(map(id, faces), told(faces, own), strict=True))
    order.shuffle(faces)
    assert dict(zip(map(id, faces), told(faces, own), strict=True)) == before


@given(faces=crowds(), known=st.integers(0, 3), per_source=st.integers(0, 4), total=st.integers(0, 6))
def test_caps_pictures_and_trust_are_kept(faces: list[Candidate], known: int, per_source: int, total: int) -> None:
    own = looks(JANE, known, seed=50)
    found = admit(faces, own, rules=RULES, caps=Caps(per_source, total))
    used = [face for face, one in zip(faces, found, strict=True) if one.state == "used"]
    assert len(used) <= total
    assert all(sum(face.source == source for face in used) <= per_source for source in ("a", "b"))
    assert all((one.state == "used") == (one.reason is None) for one in found)
    pictures = [(face.source, face.picture) for face in used if face.group and face.trust != "low"]
    assert len(pictures) == len(set(pictures))
    if not known and not any(face.trust == "high" for face in faces):
        assert used == []


@given(faces=crowds(), known=st.integers(0, 3), total=st.integers(0, 6))
def test_a_source_of_lower_trust_takes_nothing_from_higher_trust(
    faces: list[Candidate], known: int, total: int
) -> None:
    own, plenty = looks(JANE, known, seed=50), Caps(total, total)
    high = [face for face in faces if face.trust == "high"]
    together = {id(face): one for face, one in zip(faces, told(faces, own, caps=plenty), strict=True)}
    alone = told(high, own, caps=plenty)
    assert all(
        together[id(face)] == one or "same_photo" in {together[id(face)], one}
        for face, one in zip(high, alone, strict=True)
    )


# The pack


def test_the_block_of_a_pack() -> None:
    rules = AdmissionRules.from_pack({**BLOCK, "agree": {"4": 0.4, "1": 0.6, "2": 0.5}, "dominant": 0.6, "run": "x"})
    assert rules == RULES
    assert [rules.agree_from(own) for own in (1, 2, 3, 4, 50)] == [0.6, 0.5, 0.5, 0.4, 0.4]


def test_a_block_without_a_rule_for_one_face_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule for one own face"):
        AdmissionRules.from_pack({**BLOCK, "agree": {"2": 0.5}, "dominant": 0.6})
