"""What is read from a stash-box: pages, people, casts; and what differs from build to build."""

from __future__ import annotations

import pytest
from tests.scripted_server import Sent, scripted_server
from tests.stashbox.world import WorldPerson
from tests.unit.adapters.stashbox.conftest import a_world, uid

from stash_sense.core.catalogue.heirs import Fate
from stash_sense.core.catalogue.values import Ask, BoxPerson, Part
from stash_sense.errors import RefusedError, ServerError
from stash_sense.usecases.enumerate import look_up_fates

OLD = frozenset(
    {"Performer.birth_date", "Performer.death_date", "Performer.merged_into_id", "Performer.updated", "PerformerSortEnum.POPULARITY"}
)  # fmt: skip


def names(box, part: Part) -> list[str]:
    return [row.name for row in box.page(Ask(1, 100, part=part)).rows]


def test_a_page_has_the_count_and_the_rows_in_the_servers_order(serve, connect):
    page = connect(serve()).page(Ask(2, 5))
    assert page.count == 12
    assert [row.name for row in page.rows] == [f"Person {number:03}" for number in (6, 7, 8, 9, 10)]
    assert page.rows[0].box_id == uid(6)
    assert page.rows[0].updated == "2020-01-12T13:46:46.000018Z"


def test_one_page_may_hold_everybody(serve, connect):
    assert len(connect(serve()).page(Ask(1, 100_000)).rows) == 12


def test_sort_and_direction_are_the_askers(serve, connect):
    page = connect(serve()).page(Ask(1, 2, "CREATED_AT", "DESC"))
    assert [row.name for row in page.rows] == ["Person 012", "Person 011"]


def test_parts_are_filtered_by_the_server(serve, connect):
    world = a_world()
    world.people[uid(5)].birth_date = "1985"
    box = connect(serve(world))
    assert names(box, Part(gender="UNKNOWN")) == ["Person 003"]
    assert names(box, Part(birth_year=1985)) == ["Person 005"]
    assert names(box, Part(name="son 01")) == ["Person 010", "Person 011", "Person 012"]


@pytest.mark.parametrize("name", ['Jane "J" Doe', "Zoë", "O'Neil", "a b  c"])
def test_a_name_is_looked_for_as_it_is_written(name, serve, connect):
    world = a_world(2)
    world.create(WorldPerson(uid(50), name))
    assert names(connect(serve(world)), Part(name=name)) == [name]


def test_a_person_in_full(serve, connect):
    server = serve()
    assert connect(server).people([uid(1)])[uid(1)] == BoxPerson(
        endpoint=server.endpoint,
        box_id=uid(1),
        state="live",
        name="Person 001",
        disambiguation="the first",
        aliases=("One", "Una"),
        gender="FEMALE",
        birth_date="1990-05-17",
        country="NL",
        urls=("https://example.org/one",),
        images=connect(server).people([uid(1)])[uid(1)].images,
        scene_count=1,
        updated="2020-01-12T13:46:41.000003Z",
    )


def test_pictures_have_their_size_where_the_server_knows_it(serve, connect):
    server = serve()
    first, second = connect(server).people([uid(1)])[uid(1)].images
    assert (first.id, first.url, first.width, first.height) == ("i1", f"{server.base_url}/images/i1", 600, 900)
    assert (second.id, second.width, second.height) == ("i2", None, None)


def test_merged_deleted_and_unknown_people_are_told_apart(serve, connect):
    world = a_world()
    world.merge(uid(2), uid(1))
    world.soft_delete(uid(3))
    world.hard_delete(uid(4))
    people = connect(serve(world)).people([uid(2), uid(3), uid(4), "abc", uid(1)])
    assert (people[uid(2)].state, people[uid(2)].heir) == ("merged", uid(1))
    assert (people[uid(3)].state, people[uid(3)].heir) == ("deleted", None)
    assert people[uid(4)] is None
    assert people["abc"] is None
    assert people[uid(1)].merged_ids == (uid(2),)


def test_a_hundred_people_are_one_request(serve, connect):
    server = serve(a_world(120))
    box = connect(server)
    box.supports("updated")
    before = box.requests
    people = box.people([uid(number) for number in range(1, 121)] + [uid(1)])
    assert len(people) == 120
    assert box.requests - before == 2


def test_nobody_is_asked_about_for_nothing(serve, connect):
    box = connect(serve())
    assert box.people([]) == {}
    assert box.requests == 0


@pytest.mark.parametrize("refusal", ["413", "504", "drop", "error"])
def test_fewer_at_once_where_a_hundred_are_too_many(refusal, serve, connect):
    server = serve(a_world(40), max_aliases=7, refusal=refusal)
    people = connect(server, large_attempts=1).people([uid(number) for number in range(1, 41)])
    assert sorted(people) == [uid(number) for number in range(1, 41)]
    assert max(len(one.variables) for one in server.seen[-5:]) == 2  # 40, 10, then 2


def test_a_silence_is_forgotten_after_a_while(serve, connect):
    server = serve(a_world(200))
    server.faults.add("status", 504, operation="StashSense_BoxPeople")
    everybody = [uid(number) for number in range(1, 201)] + [uid(number) for number in range(1000, 1700)]
    assert len(connect(server, large_attempts=1).people(everybody)) == 900
    sizes = [len(one.variables) for one in server.seen if one.operation == "StashSense_BoxPeople"]
    assert sizes == [100] + [25] * 20 + [100] * 4


def test_a_clear_refusal_is_not(serve, connect):
    server = serve(a_world(3), max_aliases=30)
    connect(server).people([uid(number) for number in range(1000, 1600)])
    sizes = [len(one.variables) for one in server.seen if one.operation == "StashSense_BoxPeople"]
    assert sizes == [100] + [25] * 24


def test_a_person_the_server_stumbles_over_is_left_out(serve, connect):
    server = serve(broken={uid(2): "pq: canceling statement due to user request"})
    people = connect(server).people([uid(1), uid(2), uid(3)])
    assert sorted(people) == [uid(1), uid(3)]


def test_only_stumbling_is_an_error(serve, connect):
    server = serve(broken={uid(1): "internal system error", uid(2): "internal system error"})
    with pytest.raises(ServerError, match=r"answers none of our questions \(internal system error\)"):
        connect(server).people([uid(1), uid(2)])
    assert connect(server).people([uid(2)]) == {}


def test_nobodys_fate_is_guessed(serve, connect):
    box = connect(serve(broken={uid(2): "internal system error"}))
    fates, known = look_up_fates(box, [uid(1), uid(2)])
    assert fates == {uid(1): Fate("live")}
    assert set(known) == {uid(1)}


def test_casts_of_known_scenes(serve, connect):
    assert connect(serve()).casts([uid(900), uid(901), "abc"]) == {uid(900): (uid(1), uid(2))}


def test_features_are_asked_once(serve, connect):
    server = serve()
    box = connect(server)
    wanted = [
        "updated",
        "merged_into",
        "sort NAME",
        "sort UPDATED_AT",
        "snapshot",
        "filter birth_year",
        "scenes",
    ]
    assert [box.supports(feature) for feature in wanted] == [True] * 7
    assert box.supports("sort HEIGHT") is False
    assert server.operations() == ["StashSense_BoxFeatures"]


def test_a_feature_nobody_knows_is_a_mistake(serve, connect):
    with pytest.raises(ValueError, match="no feature 'colour'"):
        connect(serve()).supports("colour")


@pytest.mark.parametrize("introspection", [True, False], ids=["explains itself", "does not"])
def test_an_older_build_is_read_without_what_it_lacks(introspection, serve, connect):
    server = serve(without=OLD, introspection=introspection)
    box = connect(server)
    page = box.page(Ask(1, 3))
    person = box.people([uid(1)])[uid(1)]
    assert [(row.box_id, row.updated) for row in page.rows] == [(uid(number), None) for number in (1, 2, 3)]
    assert (person.birth_date, person.updated, person.heir) == ("1990-05-17", None, None)
    assert box.people([uid(2)])[uid(2)].birth_date == "1990-05"
    assert [box.supports(one) for one in ("updated", "merged_into", "merged_ids")] == [False, False, True]


def test_each_missing_name_costs_one_request_once(serve, connect):
    server = serve(without=OLD, introspection=False)
    box = connect(server)
    box.people([uid(1)])
    first = len(server.seen)
    box.people([uid(2)])
    assert len(server.seen) - first == 1


def test_a_sort_the_server_lacks_is_left_to_it(serve, connect):
    server = serve(without=frozenset({"PerformerSortEnum.UPDATED_AT"}), introspection=False)
    assert connect(server).page(Ask(1, 3, "UPDATED_AT", "ASC")).count == 12
    assert "sort" not in server.seen[-1].variables["input"]


def test_a_name_it_cannot_do_without_is_a_refusal(serve, connect):
    server = serve(without=frozenset({"QueryPerformersResultType.count"}), introspection=False)
    with pytest.raises(RefusedError, match="does not understand our request"):
        connect(server).page(Ask(1, 3))


def test_a_server_without_lists_says_so(serve, connect):
    box = connect(serve(without=frozenset({"Query.queryPerformers"})))
    assert [box.supports(one) for one in ("snapshot", "pages", "sort NAME")] == [False] * 3
    with pytest.raises(RefusedError, match="gives no lists of people"):
        box.page(Ask(1, 3))


@pytest.mark.parametrize("refusal", ["413", "504", "drop", "error"])
def test_a_page_that_is_too_large_is_refused_not_failed(refusal, serve, connect):
    world = a_world()
    world.refuse_rows = 10
    server = serve(world, refusal=refusal)
    box = connect(server)
    with pytest.raises(RefusedError):
        box.page(Ask(1, 1000))
    assert len(box.page(Ask(1, 10)).rows) == 10


def test_a_page_that_takes_too_long_is_refused(serve, connect):
    world = a_world()
    world.refuse_rows = 10
    with pytest.raises(RefusedError, match="did not answer in time"):
        connect(serve(world, refusal="slow"), large_read_s=0.1).page(Ask(1, 1000))


def test_an_answer_of_another_shape_is_a_sentence(serve, connect):
    server = serve()
    with scripted_server(lambda _seen: Sent({"data": {"queryPerformers": {"count": 3, "people": []}}})) as other:
        box = connect(server, endpoint=f"{other.base_url}/graphql")
        with pytest.raises(ServerError, match="another shape"):
            box.page(Ask(1, 10))


@pytest.mark.parametrize("named", [["fields"], {"names": [None]}])
def test_an_explanation_of_another_shape_is_a_sentence(named, serve, connect):
    with scripted_server(lambda _seen: Sent({"data": {"Query": named}})) as other:
        box = connect(serve(), endpoint=f"{other.base_url}/graphql")
        with pytest.raises(ServerError, match="another shape"):
            box.supports("updated")
