"""Double performers are found by several kinds of evidence; namesakes, twins, families and look-alikes survive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import unit

from stash_sense.core.curation.alike_faces import Templates
from stash_sense.core.curation.duplicate_performers import apart_in, duplicate_performers, pair_of
from stash_sense.core.curation.snapshots import MediaFacts, PerformerFacts
from stash_sense.core.curation.values import Finding
from stash_sense.core.curation.weigh import FaceBounds

BOX, OTHER_BOX = "https://stashdb.org/graphql", "https://fansdb.cc/graphql"
BOUNDS = FaceBounds(agree=0.4, differ=0.2, alone=0.7)
DIMS = 32
IAFD = "https://www.iafd.com/person.rme/perfid={}"


def a_performer(number: int, name: str = "Jane Doe", **facts: Any) -> PerformerFacts:
    return PerformerFacts(str(number), name, **facts)


def found(*performers: PerformerFacts, **how: Any) -> list[Finding]:
    return duplicate_performers(performers, **how)


def sure(*performers: PerformerFacts, **how: Any) -> float:
    """Confidence of the one finding, 0 if there is none."""
    findings = found(*performers, **how)
    assert len(findings) <= 1
    return findings[0].confidence if findings else 0.0


def at_cosine(cosine: float, dims: int = DIMS) -> np.ndarray:
    """Two unit vectors at this cosine."""
    one, across = np.eye(dims, dtype=np.float32)[:2]
    return np.stack([one, unit(cosine * one + np.sqrt(1 - cosine**2) * across)]).astype(np.float32)


def faces(cosine: float, *, references: int = 3) -> dict[str, Any]:
    """The performers 1 and 2 have faces at this cosine."""
    return {"faces": Templates(["1", "2"], at_cosine(cosine), [references, references]), "bounds": BOUNDS}


# --- Found ----------------------------------------------------------------------------------------------------------------


def test_one_stash_id_on_any_box_is_one_person_whatever_they_are_called() -> None:
    same = (OTHER_BOX, "AB-1")
    one = a_performer(1, "Jane Doe", stash_ids=(("https://fansdb.cc/graphql/", "ab-1"),))
    (finding,) = found(one, a_performer(2, "Janet", stash_ids=(same,)))
    assert finding.confidence > 0.99
    assert finding.why == "Both have the same stash id on fansdb.cc."
    assert finding.key == "performer:1 performer:2"


@pytest.mark.parametrize(
    ("facts", "least"),
    [
        ({"birth_date": "1990-01-31"}, 0.95),
        ({"country": "CZ"}, 0.55),
        ({"urls": (IAFD.format("janedoe"),)}, 0.98),
        ({"urls": ("https://twitter.com/JaneDoe",)}, 0.9),
    ],
)
def test_a_name_with_support_is_enough(facts: dict[str, Any], least: float) -> None:
    assert sure(a_performer(1, **facts), a_performer(2, "DOE, Jané", disambiguation="2", **facts)) > least


def test_a_name_alone_is_not() -> None:
    assert found(a_performer(1), a_performer(2, disambiguation="2")) == []


def test_an_alias_counts_less_than_a_name_and_a_single_word_less_than_a_full_one() -> None:
    born = {"birth_date": "1990-01-31"}
    by_name = sure(a_performer(1, **born), a_performer(2, **born))
    by_alias = sure(a_performer(1, **born), a_performer(2, "Zoe Roe", aliases=("Jane Doe",), **born))
    by_word = sure(a_performer(1, "Jane", **born), a_performer(2, "Jane", **born))
    assert by_name > by_alias > by_word > 0.5


def test_addresses_are_compared_by_whom_they_stand_for() -> None:
    one = a_performer(1, urls=("https://twitter.com/janedoe",))
    assert sure(one, a_performer(2, urls=("http://www.x.com/JaneDoe/media?s=20",))) > 0.9


def test_a_page_on_a_box_is_as_good_as_its_stash_id() -> None:
    number = "0b5b1f5e-1c3a-4b1e-8d9c-7b6f5a4c3d2e"
    one = a_performer(1, stash_ids=((BOX, number),))
    assert sure(one, a_performer(2, urls=(f"https://stashdb.org/performers/{number}",))) > 0.98


def test_faces_support_a_name_and_far_above_strangers_they_stand_alone() -> None:
    one, two = a_performer(1), a_performer(2, disambiguation="2")
    assert sure(one, two, **faces(0.5)) > 0.95
    assert sure(one, two, **faces(0.3)) == 0.0
    other = a_performer(2, "Zoe Roe")
    assert sure(one, other, **faces(0.5)) == 0.0
    assert 0.5 < sure(one, other, **faces(0.8)) < 0.65


def test_evidence_is_told_for_both_sides_and_in_words() -> None:
    one = a_performer(1, birth_date="1990-01-31", aliases=("JD",))
    (finding,) = found(one, a_performer(2, birth_date="1990-01-31", disambiguation="2"), scenes={"1": 12, "2": 1})
    assert finding.title == "Jane Doe and Jane Doe (2) may be one person"
    assert finding.why == "Both were born on 1990-01-31; both are called Jane Doe."
    left, right = finding.evidence["performers"]
    assert (left["aliases"], left["scenes"], right["scenes"], finding.weight) == (["JD"], 12, 1, 13.0)
    assert [point["kind"] for point in finding.evidence["points"]] == ["birth", "name"]


def test_three_of_one_person_are_three_pairs() -> None:
    three = [a_performer(number, f"Name {number}", stash_ids=((BOX, "a"),)) for number in (2, 10, 9)]
    assert [pair_of(one) for one in found(*three)] == [("2", "9"), ("2", "10"), ("9", "10")]


# --- Not found ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"birth_date": "1990-01-31"}, {"birth_date": "1987-06-02"}),
        ({"stash_ids": ((BOX, "a"),)}, {"stash_ids": ((BOX, "b"),)}),
        ({"gender": "MALE"}, {"gender": "FEMALE"}),
    ],
)
def test_namesakes_with_a_contradiction_are_two_people(left: dict[str, Any], right: dict[str, Any]) -> None:
    both: dict[str, Any] = {"country": "US", "urls": ("https://twitter.com/janedoe",)}
    assert sure(a_performer(1, **both), a_performer(2, **both)) > 0.9
    assert found(a_performer(1, **both, **left), a_performer(2, **both, **right)) == []


def test_stash_ids_of_different_boxes_are_no_contradiction() -> None:
    one = a_performer(1, country="US", stash_ids=((BOX, "a"),))
    assert sure(one, a_performer(2, country="US", stash_ids=((OTHER_BOX, "b"),))) > 0.5


def test_a_shared_stash_id_outweighs_a_contradiction_and_says_so() -> None:
    one = a_performer(1, stash_ids=((BOX, "a"),), birth_date="1990-01-31")
    (finding,) = found(one, a_performer(2, "Zoe", stash_ids=((BOX, "a"),), birth_date="1987-06-02"))
    assert 0.5 < finding.confidence < 0.95
    assert finding.why.endswith("; but born 1990-01-31 and 1987-06-02.")


def test_twins_survive() -> None:
    born = {"birth_date": "1990-01-31", "country": "US"}
    one, two = a_performer(1, "Anna Smith", **born), a_performer(2, "Hanna Smith", **born)
    assert found(one, two, **faces(0.9)) == []


def test_a_family_website_and_a_family_account_are_not_enough() -> None:
    shared = ("https://smithsisters.example/about", "https://twitter.com/smithsisters")
    one, two = a_performer(1, "Anna Smith", urls=shared), a_performer(2, "Zoe Smith", urls=shared)
    assert found(one, two) == []


def test_a_studio_s_address_says_nothing() -> None:
    crowd = [a_performer(number, f"Name {number}", urls=(IAFD.format("studio"),)) for number in range(1, 11)]
    assert found(*crowd) == []


def test_an_alias_that_is_somebody_else_s_name_needs_more_than_a_country() -> None:
    one, two = a_performer(1, country="US"), a_performer(2, "Zoe Roe", aliases=("Jane Doe",), country="US")
    assert found(one, two) == []


def test_a_name_that_many_bear_says_little() -> None:
    crowd = [a_performer(number, country="US", disambiguation=str(number)) for number in range(1, 41)]
    assert found(*crowd) == []


def test_of_many_namesakes_those_with_one_birthday_or_face_are_found() -> None:
    crowd = [a_performer(number, birth_date=f"19{50 + number}-03-04") for number in range(1, 41)]
    twice = [*crowd, a_performer(41, birth_date="1960-03-04")]
    assert [pair_of(one) for one in found(*twice)] == [("10", "41")]
    vectors = np.eye(40, dtype=np.float32)
    vectors[39] = unit(vectors[4] + 0.1 * vectors[39])
    seen = Templates([str(number) for number in range(1, 41)], vectors, [2] * 40)
    plain = [a_performer(number) for number in range(1, 41)]
    assert [pair_of(one) for one in found(*plain, faces=seen, bounds=BOUNDS)] == [("5", "40")]


def test_faces_that_differ_speak_against_namesakes() -> None:
    one, two = a_performer(1, country="US"), a_performer(2, country="US")
    assert sure(one, two) > 0.5
    assert found(one, two, **faces(0.0)) == []
    assert found(one, two, **faces(0.0, references=1)) == []


def test_men_are_not_compared_with_women_by_face() -> None:
    assert found(a_performer(1, gender="MALE"), a_performer(2, "Zoe Roe", gender="FEMALE"), **faces(0.95)) == []


def test_whoever_stands_side_by_side_is_apart() -> None:
    scene = MediaFacts("scene", "7", "Two of them", ("10", "3", "9"))
    alone = MediaFacts("scene", "8", "One", ("3",))
    assert apart_in([alone, scene], {("3", "10"), ("3", "4")}) == {("3", "10"): scene}


# --- Whatever the library ---------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["Jane Doe", "Doe Jane", "Zoe", "Zoé", "Anna Smith", "Hanna Smith", ""])
PERFORMERS = st.lists(
    st.builds(
        PerformerFacts,
        id=st.integers(1, 99).map(str),
        name=NAMES,
        disambiguation=st.sampled_from(["", "2"]),
        aliases=st.lists(NAMES, max_size=2).map(tuple),
        stash_ids=st.lists(st.tuples(st.sampled_from([BOX, OTHER_BOX]), st.sampled_from("ab")), max_size=2).map(tuple),
        urls=st.lists(st.sampled_from(["x.com/a", "x.com/b", "", "https://smith.example", "%%%"]), max_size=2).map(
            tuple
        ),
        birth_date=st.sampled_from(["", "1990", "1990-01-31", "1991-02-01", "0000-00-00", "?"]),
        country=st.sampled_from(["", "US", "CZ"]),
        gender=st.sampled_from(["", "MALE", "FEMALE"]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(performers=PERFORMERS, seed=st.integers(0, 9))
def test_findings_do_not_depend_on_the_order_and_hold_what_they_promise(
    performers: list[PerformerFacts], seed: int
) -> None:
    findings = duplicate_performers(performers)
    shuffled = [performers[place] for place in np.random.default_rng(seed).permutation(len(performers))]
    assert {one.key: one for one in duplicate_performers(shuffled)} == {one.key: one for one in findings}
    assert len({one.key for one in findings}) == len(findings)
    by_id = {one.id: one for one in performers}
    for one in findings:
        left, right = (by_id[number] for number in pair_of(one))
        assert int(left.id) < int(right.id)
        assert 0.5 <= one.confidence <= 1.0
        assert set(left.stash_ids) & set(right.stash_ids) or {left.gender, right.gender} != {"MALE", "FEMALE"}
