from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.core.identity.people import FANSDB, JAV, PMV, STASHDB, joined, key, on, page, uuid

from stash_sense.core.catalogue.values import PersonId
from stash_sense.core.identity.graph import resolve
from stash_sense.core.identity.values import FacePair, Limits

IAFD = "https://www.iafd.com/person.rme/perfid=janedoe/gender=f/jane-doe.htm"
BORN = {"birth_date": "1990-05-17", "country": "US"}


def test_a_page_of_another_box_among_the_urls_joins() -> None:
    found = resolve([on(STASHDB, 1), on(FANSDB, 2, urls=(page(STASHDB, 1),)), on(PMV, 3)])
    assert joined(found) == {frozenset({key(STASHDB, 1), key(FANSDB, 2)})}
    assert [reason.kind for group in found.groups for reason in group.reasons] == ["link"]


def test_everybody_is_in_exactly_one_group() -> None:
    people = [on(box, number) for box in (STASHDB, FANSDB) for number in range(5)]
    found = resolve(people)
    assert sorted(member.box_id for group in found.groups for member in group.members) == sorted(
        one.box_id for one in people
    )


@pytest.mark.parametrize(
    "url",
    [
        IAFD, "https://www.iafd.com/person.rme/id=0d5fb04e-733f-42c5-967e-d2e6ef17d456", "https://www.imdb.com/name/nm1234567",
        "https://www.wikidata.org/wiki/Q77", "https://javstash.org/performers/0d5fb04e-733f-42c5-967e-d2e6ef17d456",
    ],
)  # fmt: skip
def test_one_entry_of_a_database_of_people_joins(url: str) -> None:
    found = resolve([on(STASHDB, 1, urls=(url,)), on(FANSDB, 2, urls=(url.replace("www.", "m."),))])
    assert len(joined(found)) == 1


@pytest.mark.parametrize(
    ("left", "right", "joins"),
    [
        pytest.param({}, {}, False, id="alone"),
        pytest.param({"name": "Jane Doe"}, {"name": "Doe, Jane"}, True, id="with the name"),
        pytest.param({"name": "Jane Doe"}, {"aliases": ("JANE  DOÉ",)}, True, id="with an alias"),
        pytest.param({"birth_date": "1990-05-17"}, {"birth_date": "1990-05-17"}, True, id="with the birthday"),
        pytest.param({"birth_date": "1990"}, {"birth_date": "1990"}, False, id="with the year only"),
    ],
)
def test_an_account_needs_something_beside_it(left: dict, right: dict, joins: bool) -> None:
    account = ("https://x.com/janedoe",)
    found = resolve([on(STASHDB, 1, urls=account, **left), on(FANSDB, 2, urls=account, **right)])
    assert bool(joined(found)) is joins
    assert [review.kind for review in found.review] == ([] if joins else ["url"])


def test_two_accounts_are_enough() -> None:
    accounts = ("https://x.com/janedoe", "https://onlyfans.com/janedoe")
    assert joined(resolve([on(STASHDB, 1, urls=accounts), on(FANSDB, 2, urls=accounts)]))


def test_pages_found_by_name_take_two_and_the_name() -> None:
    pages = ("https://www.babepedia.com/babe/Jane_Doe", "https://www.freeones.com/jane-doe")
    named = {"name": "Jane Doe"}
    assert joined(resolve([on(STASHDB, 1, urls=pages, **named), on(FANSDB, 2, urls=pages, **named)]))
    assert not joined(resolve([on(STASHDB, 1, urls=pages), on(FANSDB, 2, urls=pages)]))
    one = resolve([on(STASHDB, 1, urls=pages[:1], **named), on(FANSDB, 2, urls=pages[:1], **named)])
    assert not joined(one)
    assert [review.kind for review in one.review] == ["url"]


def test_an_account_that_two_people_of_a_box_have_says_nothing() -> None:
    shared = {"urls": ("https://onlyfans.com/couple",), "name": "Jane Doe"}
    found = resolve([on(STASHDB, 1, **shared), on(STASHDB, 2, **shared), on(FANSDB, 3, **shared)])
    assert not joined(found)


def test_an_agencys_account_does_not_chain_strangers() -> None:
    people = [
        on(box, number + 100 * place, urls=("https://x.com/agency",))
        for place, box in enumerate((STASHDB, FANSDB, JAV))
        for number in range(30)
    ]
    assert not joined(resolve(people))


def test_a_record_claimed_twice_on_one_box_is_a_conflict_unless_something_else_tells() -> None:
    people = [on(STASHDB, 1, urls=(IAFD,)), on(FANSDB, 2, urls=(IAFD,)), on(FANSDB, 3, urls=(IAFD,))]
    found = resolve(people)
    assert not joined(found)
    assert [conflict.kind for conflict in found.conflicts] == ["contested", "contested"]
    wikidata = "https://www.wikidata.org/wiki/Q77"
    told = resolve([replace(one, urls=(*one.urls, wikidata)) if one is not people[2] else one for one in people])
    assert joined(told) == {frozenset({key(STASHDB, 1), key(FANSDB, 2)})}


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ({"gender": "MALE"}, {"gender": "FEMALE"}, "gender"),
        ({"gender": "TRANSGENDER_FEMALE"}, {"gender": "Trans Male"}, "gender"),
        ({"birth_date": "1990-05-17"}, {"birth_date": "1985"}, "birth_date"),
        ({"gender": "FEMALE"}, {"gender": "TRANSGENDER_FEMALE"}, None),
        ({"gender": "MALE"}, {"gender": "TRANSGENDER_FEMALE"}, None),
        ({"gender": "FEMALE"}, {"gender": None}, None),
        ({"gender": "MALE"}, {"gender": "NON_BINARY"}, None),
        ({"birth_date": "1990-05-17"}, {"birth_date": "1991"}, None),
        ({"birth_date": "1990-05-17"}, {"birth_date": None}, None),
        ({"birth_date": "0000"}, {"birth_date": "1990"}, None),
    ],
)
def test_contradictions_keep_people_apart(left: dict, right: dict, kind: str | None) -> None:
    found = resolve([on(STASHDB, 1, **left), on(FANSDB, 2, urls=(page(STASHDB, 1),), **right)])
    assert [conflict.kind for conflict in found.conflicts] == ([kind] if kind else [])
    assert bool(joined(found)) is (kind is None)


def test_two_live_ids_of_a_box_never_become_one() -> None:
    """1 and 2 of StashDB both lead to 3 of FansDB, by way of PMVStash."""
    people = [
        on(STASHDB, 1),
        on(STASHDB, 2),
        on(FANSDB, 3, urls=(page(STASHDB, 1), IAFD)),
        on(PMV, 4, urls=(page(STASHDB, 2), page(FANSDB, 3))),
    ]
    found = resolve(people)
    for group in found.groups:
        boxes = [member.endpoint for member in group.members if not member.retired]
        assert len(boxes) == len(set(boxes))
    assert "same_box" in [conflict.kind for conflict in found.conflicts]


def test_stronger_evidence_wins_over_weaker() -> None:
    """FansDB's own link to 1, against a record in common with 2."""
    people = [on(STASHDB, 1), on(STASHDB, 2, urls=(IAFD,)), on(FANSDB, 3, urls=(page(STASHDB, 1), IAFD))]
    found = resolve(people)
    assert joined(found) == {frozenset({key(STASHDB, 1), key(FANSDB, 3)})}
    assert [conflict.kind for conflict in found.conflicts] == ["same_box"]


def test_a_draw_is_nobodys() -> None:
    wikidata = "https://www.wikidata.org/wiki/Q77"
    found = resolve(
        [on(STASHDB, 1, urls=(IAFD, wikidata)), on(FANSDB, 2, urls=(IAFD,)), on(FANSDB, 3, urls=(wikidata,))]
    )
    assert not joined(found)
    assert [conflict.kind for conflict in found.conflicts] == ["contested", "contested"]


def test_a_person_has_no_more_ids_than_the_limit() -> None:
    boxes = [f"https://box{number}.example.org/graphql" for number in range(6)]
    people = [on(box, number, urls=(IAFD,)) for number, box in enumerate(boxes)]
    found = resolve(people, limits=Limits(members=4))
    assert max(len(group.members) for group in found.groups) == 4
    assert {conflict.kind for conflict in found.conflicts} == {"size"}


def test_a_merged_id_leads_to_its_heir_and_what_links_to_it_too() -> None:
    people = [
        on(STASHDB, 1, state="merged", heir=uuid(2)),
        on(STASHDB, 2, state="merged", heir=uuid(3)),
        on(STASHDB, 3, merged_ids=(uuid(1), uuid(9))),
        on(FANSDB, 4, urls=(page(STASHDB, 1),)),
    ]
    (group,) = resolve(people).groups
    assert group.members == (
        PersonId(FANSDB, uuid(4)),
        PersonId(STASHDB, uuid(3)),
        *(PersonId(STASHDB, uuid(number), retired=True) for number in (1, 2, 9)),
    )
    assert sorted(reason.kind for reason in group.reasons) == ["link", "merged", "merged", "merged"]


def test_merges_in_a_circle_or_into_nobody_lead_to_nobody() -> None:
    people = [
        on(STASHDB, 1, state="merged", heir=uuid(2)), on(STASHDB, 2, state="merged", heir=uuid(1)),
        on(STASHDB, 3, state="merged", heir=None), on(STASHDB, 4, state="merged", heir=uuid(5)), on(STASHDB, 5, state="deleted"),
    ]  # fmt: skip
    found = resolve(people)
    assert found.groups == []
    assert found.gone == [PersonId(STASHDB, uuid(number), retired=True) for number in range(1, 6)]


def test_a_deleted_id_that_another_box_names_still_leads_to_the_person() -> None:
    found = resolve([on(STASHDB, 1, state="deleted"), on(FANSDB, 2, urls=(page(STASHDB, 1),))])
    assert [group.members for group in found.groups] == [
        (PersonId(FANSDB, uuid(2)), PersonId(STASHDB, uuid(1), retired=True))
    ]
    assert found.gone == []


def test_a_deleted_id_that_two_people_name_leads_to_nobody() -> None:
    people = [on(STASHDB, 1, state="deleted"), *(on(FANSDB, number, urls=(page(STASHDB, 1),)) for number in (2, 3))]
    assert resolve(people).gone == [PersonId(STASHDB, uuid(1), retired=True)]


def test_pages_of_boxes_that_were_not_read_are_claims() -> None:
    found = resolve([on(FANSDB, 2, urls=(page(STASHDB, 1), "https://theporndb.net/performers/jane-doe"))])
    assert [group.claims for group in found.groups] == [(PersonId(STASHDB, uuid(1)),)]


def test_a_second_id_on_one_box_is_no_claim() -> None:
    linked = on(PMV, 3, urls=(page(FANSDB, 2), page(STASHDB, 9)))
    two = resolve([on(FANSDB, 2, urls=(page(STASHDB, 1),)), linked])
    beside = resolve([on(STASHDB, 1), on(FANSDB, 2, urls=(page(STASHDB, 1),)), linked])
    assert [[group.claims for group in found.groups] for found in (two, beside)] == [[()], [()]]


def test_a_page_on_the_persons_own_box_is_no_evidence() -> None:
    """“Sister of”, pasted into the URLs, neither joins nor spoils the link of another box."""
    found = resolve([on(STASHDB, 1), on(STASHDB, 2, urls=(page(STASHDB, 1),)), on(FANSDB, 3, urls=(page(STASHDB, 1),))])
    assert joined(found) == {frozenset({key(STASHDB, 1), key(FANSDB, 3)})}


@pytest.mark.parametrize(
    ("left", "right", "joins"),
    [
        pytest.param(BORN, BORN, True, id="the same day and country"),
        pytest.param(BORN, {"birth_date": "1990-05-17"}, True, id="the same day, one country unknown"),
        pytest.param(BORN, {"birth_date": "1990-05-17", "country": "CZ"}, False, id="two countries"),
        pytest.param(BORN, {"birth_date": "1990", "country": "us"}, True, id="the year only"),
        pytest.param(BORN, {"birth_date": "1991-05-17", "country": "US"}, True, id="a year apart"),
        pytest.param(BORN, {"birth_date": "1991-08-02", "country": "US"}, False, id="two dates"),
        pytest.param(BORN, {"birth_date": "1992", "country": "US"}, False, id="two years apart"),
        pytest.param(BORN, {}, False, id="the name alone"),
        pytest.param({**BORN, "gender": "MALE"}, {**BORN, "gender": "FEMALE"}, False, id="two genders"),
    ],
)
def test_name_birth_and_country(left: dict, right: dict, joins: bool) -> None:
    found = resolve([on(STASHDB, 1, "Jane Doe", **left), on(FANSDB, 2, "Doe Jane", **right)])
    assert bool(joined(found)) is joins


@pytest.mark.parametrize(
    ("name", "values", "joins"),
    [
        ("Jane Marie Doherty", BORN, True),
        ("Jane Marie Dohertie", {**BORN, "country": "CZ"}, False),
        ("Jane Marie Dohertie", {**BORN, "birth_date": "1990-05-18"}, False),
        ("Mary Roe", BORN, False),
    ],
)
def test_a_misspelt_name_needs_day_and_country(name: str, values: dict, joins: bool) -> None:
    found = resolve([on(STASHDB, 1, "Jane Marie Dohertie", **BORN), on(FANSDB, 2, name, **values)])
    if name == "Jane Marie Dohertie":
        found = resolve([on(STASHDB, 1, "Jane Marie Doherty", **BORN), on(FANSDB, 2, name, **values)])
    assert bool(joined(found)) is joins


def test_namesakes_of_one_year_are_told_apart_or_left_alone() -> None:
    people = [on(STASHDB, 1, "Jane Doe", **BORN), on(FANSDB, 2, "Jane Doe", **BORN), on(FANSDB, 3, "Jane Doe", **BORN)]
    found = resolve(people)
    assert not joined(found)
    assert {conflict.kind for conflict in found.conflicts} == {"contested"}


def test_a_single_common_word_is_no_name_without_the_day() -> None:
    values = {"birth_date": "1990", "country": "US"}
    assert not joined(resolve([on(STASHDB, 1, "Jane", **values), on(FANSDB, 2, "Jane", **values)]))
    assert joined(resolve([on(STASHDB, 1, "Jane", **BORN), on(FANSDB, 2, "Jane", **BORN)]))


def test_near_faces_only_suggest() -> None:
    people = [
        on(STASHDB, 1, "Jane Doe"),
        on(FANSDB, 2, "Jane Doerr"),
        on(FANSDB, 3, "Wilhelmine Kross"),
        on(FANSDB, 4, gender="MALE"),
        on(STASHDB, 5, gender="FEMALE"),
    ]
    near = [
        FacePair(key(STASHDB, 1), key(FANSDB, 2), 0.6),
        FacePair(key(FANSDB, 3), key(STASHDB, 1), 0.7),
        FacePair(key(FANSDB, 4), key(STASHDB, 5), 0.9),
        FacePair(key(FANSDB, 4), key(STASHDB, 99), 0.9),
    ]
    found = resolve(people, near=near)
    assert not joined(found)
    assert [(review.kind, review.score) for review in found.review] == [("face", 0.7), ("face_and_name", 0.6)]


def test_a_name_alone_is_a_suggestion_while_nobody_else_bears_it() -> None:
    people = [on(STASHDB, 1, "Jane Doe"), on(FANSDB, 2, "Doe Jane")]
    assert [review.kind for review in resolve(people).review] == ["name"]
    assert resolve([*people, on(FANSDB, 3, "Jane Doe")]).review == []


def test_the_leading_id_follows_the_order_of_the_boxes() -> None:
    people = [on(STASHDB, 1), on(FANSDB, 2, urls=(page(STASHDB, 1),))]
    (group,) = resolve(people, order=[STASHDB]).groups
    assert group.members[0] == PersonId(STASHDB, uuid(1))


def test_one_box_under_two_endpoints_has_the_same_people() -> None:
    other = f"{STASHDB}?lang=en"
    (group,) = resolve([on(STASHDB, 1), on(other, 1)]).groups
    assert len(group.members) == 2
