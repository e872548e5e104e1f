"""Whatever the boxes say, what the graph may never do."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.core.identity.people import BOXES, on, page, uuid

from stash_sense.core.catalogue.values import BoxPerson
from stash_sense.core.identity.contradictions import contradiction
from stash_sense.core.identity.graph import resolve
from stash_sense.core.identity.values import FacePair, Identities, Limits, key_of

URLS = [
    *(f"https://www.iafd.com/person.rme/perfid=p{number}" for number in range(3)),
    *(f"https://x.com/a{number}" for number in range(3)),
    *(f"https://www.babepedia.com/babe/b{number}" for number in range(3)),
    *(page(box, number) for box in BOXES for number in range(4)),
]
LIMITS = Limits(members=3)


@st.composite
def a_person(draw: st.DrawFn, box: str, number: int) -> BoxPerson:
    values: dict[str, Any] = {
        "name": draw(st.sampled_from(["Jane Doe", "Doe Jane", "Jane", "Mary Roe", ""])),
        "urls": tuple(draw(st.lists(st.sampled_from(URLS), max_size=4))),
        "gender": draw(st.sampled_from([None, "MALE", "FEMALE"])),
        "birth_date": draw(st.sampled_from([None, "1990", "1990-05-17", "1991-05-17", "1980-01-01"])),
        "country": draw(st.sampled_from([None, "US", "CZ"])),
        "merged_ids": tuple(uuid(other) for other in draw(st.lists(st.integers(0, 5), max_size=1))),
    }
    state = draw(st.sampled_from(["live", "live", "live", "merged", "deleted"]))
    heir = uuid(draw(st.integers(0, 4))) if state == "merged" and draw(st.booleans()) else None
    return on(box, number, state=state, heir=heir, **values)


@st.composite
def boxes(draw: st.DrawFn) -> list[BoxPerson]:
    ids = draw(st.lists(st.tuples(st.sampled_from(BOXES), st.integers(0, 3)), max_size=12, unique=True))
    return [draw(a_person(box, number)) for box, number in ids]


def live_of(group) -> list[tuple[str, str]]:
    return [(one.endpoint, one.box_id) for one in group.members if not one.retired]


def said(found: Identities) -> tuple[Any, ...]:
    return found.groups, found.review, found.conflicts, found.gone


@given(boxes())
@settings(max_examples=300)
def test_each_live_id_is_in_one_group_and_each_retired_one_in_one_or_gone(people: list[BoxPerson]) -> None:
    found = resolve(people)
    live = [one for group in found.groups for one in live_of(group)]
    assert sorted(live) == sorted(key_of(person) for person in people if person.state == "live")
    assert all(live_of(group) and not group.members[0].retired for group in found.groups)
    retired = [(one.endpoint, one.box_id) for group in found.groups for one in group.members if one.retired]
    retired += [(one.endpoint, one.box_id) for one in found.gone]
    assert len(retired) == len(set(retired))
    assert {key_of(person) for person in people if person.state != "live"} <= set(retired)
    assert not set(live) & set(retired)


@given(boxes())
@settings(max_examples=300)
def test_no_group_holds_a_contradiction(people: list[BoxPerson]) -> None:
    by_key = {key_of(person): person for person in people}
    for group in resolve(people, limits=LIMITS).groups:
        members = [by_key[key] for key in live_of(group)]
        assert len(members) <= LIMITS.members
        assert len({member.endpoint for member in members}) == len(members)
        assert all(contradiction(one, other) is None for one in members for other in members)


@given(boxes(), st.randoms(use_true_random=False), st.lists(st.floats(0, 1), max_size=4))
@settings(max_examples=200)
def test_the_order_of_people_and_pairs_does_not_matter(
    people: list[BoxPerson], random: random.Random, scores: list[float]
) -> None:
    near = [
        FacePair(key_of(one), key_of(other), score)
        for one, other, score in zip(people, people[1:], scores, strict=False)
    ]
    first = said(resolve(people, near=near))
    shuffled, near = random.sample(people, len(people)), random.sample(near, len(near))
    assert said(resolve(shuffled, near=near)) == first


@given(boxes())
@settings(max_examples=200)
def test_every_joined_group_hangs_together_by_its_reasons(people: list[BoxPerson]) -> None:
    for group in resolve(people).groups:
        reached, members = {live_of(group)[0]}, set(live_of(group))
        for _ in members:
            reached |= {
                end for why in group.reasons if {why.left, why.right} & reached for end in (why.left, why.right)
            }
        assert members <= reached


@given(boxes(), st.integers(0, 11))
@settings(max_examples=100)
def test_a_box_that_says_nothing_changes_nothing(people: list[BoxPerson], number: int) -> None:
    stranger = on("https://other.example.org/graphql", number)
    before, after = resolve(people), resolve([*people, stranger])
    assert [group for group in after.groups if live_of(group) != [key_of(stranger)]] == before.groups
    assert (after.review, after.conflicts, after.gone) == (before.review, before.conflicts, before.gone)


@given(boxes(), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(-1, 1)), max_size=6))
@settings(max_examples=100)
def test_faces_join_nobody(people: list[BoxPerson], pairs: list[tuple[int, int, float]]) -> None:
    near = [FacePair(key_of(people[a]), key_of(people[b]), score) for a, b, score in pairs if max(a, b) < len(people)]
    assert resolve(people, near=near).groups == resolve(people).groups


@given(boxes())
@settings(max_examples=200)
def test_nobody_has_two_ids_in_force_on_one_box(people: list[BoxPerson]) -> None:
    claimed = []
    for group in resolve(people).groups:
        claimed += group.claims
        in_force = [endpoint for endpoint, _ in live_of(group)] + [one.endpoint for one in group.claims]
        assert len(in_force) == len(set(in_force))
    assert len(claimed) == len(set(claimed))
    assert not {(one.endpoint, one.box_id) for one in claimed} & {key_of(person) for person in people}
