from __future__ import annotations

from typing import Any

import pytest
from tests.fakes import FakeTransport

from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.adapters.stash.paging import PAGE
from stash_sense.errors import NotFoundError, ServerError
from stash_sense.usecases.ports import Named, Performer, Picture, Scene, StashId


def a_file(**fields: Any) -> dict[str, Any]:
    return {
        "path": "/v/one.mp4",
        "basename": "one.mp4",
        "size": 10,
        "mod_time": "2026-01-01T00:00:00Z",
        "duration": 61.5,
        "fingerprints": [{"type": "md5", "value": "m"}, {"type": "oshash", "value": "o"}],
        **fields,
    }


def a_scene(scene_id: str = "7", **fields: Any) -> dict[str, Any]:
    return {
        "id": scene_id,
        "title": "One",
        "organized": False,
        "files": [a_file()],
        "paths": {"screenshot": "http://nas:9999/scene/7/screenshot?t=5"},
        "performers": [{"id": "4", "name": "Jane"}],
        "tags": [],
        **fields,
    }


def an_image(image_id: str = "3", **fields: Any) -> dict[str, Any]:
    return {
        "id": image_id,
        "title": None,
        "organized": True,
        "visual_files": [
            {"__typename": "ImageFile", **a_file(path="/p/g.zip/01.jpg", basename="01.jpg", fingerprints=[])}
        ],
        "paths": {"image": "http://nas:9999/image/3/image?t=5"},
        "performers": [],
        "tags": [{"id": "1", "name": "Tag"}],
        **fields,
    }


def a_performer(performer_id: str = "4", **fields: Any) -> dict[str, Any]:
    return {
        "id": performer_id,
        "name": "Jane",
        "disambiguation": "",
        "alias_list": ["J"],
        "stash_ids": [{"endpoint": "https://box", "stash_id": "u-1"}],
        "image_path": "http://nas:9999/performer/4/image?t=1",
        **fields,
    }


class Shelf:
    """Rows by id that behave like Stash's find queries: pages above an id, or a list that fails if one id is gone."""

    def __init__(self, field: str, rows: dict[int, dict[str, Any]]) -> None:
        self.field, self.rows, self.grow = field, rows, 0

    def __call__(self, variables: dict[str, Any]) -> dict[str, Any] | Exception:
        plural = self.field.removeprefix("find").lower()
        if "ids" in variables:
            missing = [key for key in variables["ids"] if int(key) not in self.rows]
            if missing:
                return NotFoundError(f"row with id {missing[0]} not found")
            return {self.field: {plural: [self.rows[int(key)] for key in variables["ids"]]}}
        last = variables["filter"]["id"]["value"]
        found = [self.rows[key] for key in sorted(self.rows) if key > last][: variables["page"]["per_page"]]
        return {self.field: {plural: found}}


def test_a_scene_is_decoded_with_its_primary_file():
    graphql = FakeTransport(
        {"StashSense_FindScenes": {"findScenes": {"scenes": [a_scene(), a_scene("8", title="", files=[])]}}}
    )
    assert list(StashLibrary(graphql).scenes()) == [
        Scene(
            "7",
            "One",
            False,
            "/v/one.mp4",
            "oshash:o",
            61.5,
            (Named("4", "Jane"),),
            (),
            "/scene/7/screenshot?t=5",
        ),
        Scene(
            "8",
            "",
            False,
            None,
            None,
            None,
            (Named("4", "Jane"),),
            (),
            "/scene/7/screenshot?t=5",
        ),
    ]


@pytest.mark.parametrize(
    ("fingerprints", "expected"),
    [
        ([{"type": "md5", "value": "m"}, {"type": "phash", "value": "p"}], "md5:m"),
        ([{"type": "oshash", "value": ""}], "file:10:2026-01-01T00:00:00Z"),
    ],
)
def test_a_file_without_oshash_is_told_by_what_there_is(fingerprints, expected):
    row = a_scene(title=None, files=[a_file(fingerprints=fingerprints, duration=0)])
    scene = next(StashLibrary(FakeTransport({"StashSense_FindScenes": {"findScenes": {"scenes": [row]}}})).scenes())
    assert (scene.title, scene.fingerprint, scene.duration_s) == ("one.mp4", expected, None)


def test_all_scenes_are_paged_by_id_so_that_none_is_lost_or_repeated():
    ids = [*range(1, PAGE), 500, 501, *range(900, 1000)]
    graphql = FakeTransport({"StashSense_FindScenes": Shelf("findScenes", {key: a_scene(str(key)) for key in ids})})
    assert [scene.id for scene in StashLibrary(graphql).scenes()] == [str(key) for key in ids]
    asked = graphql.variables("StashSense_FindScenes")
    assert [variables["filter"]["id"] for variables in asked] == [
        {"value": 0, "modifier": "GREATER_THAN"},
        {"value": 500, "modifier": "GREATER_THAN"},
        {"value": 998, "modifier": "GREATER_THAN"},
    ]
    assert asked[0]["page"] == {"per_page": 100, "sort": "id", "direction": "ASC"}


def test_scenes_that_vanish_while_paging_do_not_shift_the_others():
    rows = {key: a_scene(str(key)) for key in range(1, 2 * PAGE + 1)}
    shelf = Shelf("findScenes", rows)
    listing = StashLibrary(FakeTransport({"StashSense_FindScenes": shelf})).scenes()
    first = [next(listing).id for _ in range(PAGE)]
    for key in range(1, 50):
        del rows[key]
    assert first + [scene.id for scene in listing] == [str(key) for key in range(1, 2 * PAGE + 1)]


def test_of_given_scenes_those_that_still_exist_come_in_order_and_once():
    graphql = FakeTransport(
        {"StashSense_FindScenes": Shelf("findScenes", {key: a_scene(str(key)) for key in range(1, 151) if key % 40})}
    )
    wanted = [str(key) for key in range(150, 0, -1)]
    found = [scene.id for scene in StashLibrary(graphql).scenes(ids=[*wanted, "3"])]
    assert found == [key for key in wanted if int(key) % 40]
    assert len(graphql.calls) < 60  # halving, not one by one


def test_no_ids_ask_for_nothing():
    assert list(StashLibrary(FakeTransport()).scenes(ids=[])) == []


def test_another_error_than_a_missing_scene_is_passed_on():
    graphql = FakeTransport({"StashSense_FindScenes": ServerError("Stash is away.")})
    with pytest.raises(ServerError, match="away"):
        list(StashLibrary(graphql).scenes(ids=["1", "2"]))


def test_a_picture_is_decoded_with_its_visual_file():
    clip = an_image("4", title="Clip", visual_files=[{"__typename": "VideoFile", **a_file()}])
    rows = [an_image(), clip, an_image("5", visual_files=[])]
    pictures = list(StashLibrary(FakeTransport({"StashSense_FindImages": {"findImages": {"images": rows}}})).pictures())
    assert pictures[0] == Picture(
        "3",
        "01.jpg",
        True,
        "/p/g.zip/01.jpg",
        "file:10:2026-01-01T00:00:00Z",
        False,
        (),
        (Named("1", "Tag"),),
        "/image/3/image?t=5",
    )
    assert [(picture.is_video, picture.path) for picture in pictures[1:]] == [(True, "/v/one.mp4"), (False, None)]


@pytest.mark.parametrize(
    ("options", "conditions"),
    [
        ({}, {}),
        ({"gallery_id": "8"}, {"galleries": {"value": ["8"], "modifier": "INCLUDES_ALL"}}),
        ({"one_performer": True}, {"performer_count": {"value": 1, "modifier": "EQUALS"}}),
    ],
)
def test_pictures_are_listed_and_counted_by_the_same_conditions(options, conditions):
    graphql = FakeTransport(
        {
            "StashSense_FindImages": {"findImages": {"images": []}},
            "StashSense_CountImages": {"findImages": {"count": 12}},
        }
    )
    library = StashLibrary(graphql)
    assert (list(library.pictures(**options)), library.picture_count(**options)) == ([], 12)
    above_zero = {"id": {"value": 0, "modifier": "GREATER_THAN"}}
    assert [variables["filter"] for _, variables in graphql.calls] == [{**conditions, **above_zero}, conditions]


def test_a_performer_is_decoded_and_the_stock_image_is_none():
    rows = {
        4: a_performer(),
        9: a_performer("9", disambiguation="model", image_path="http://nas/performer/9/image?t=1&default=true"),
    }
    graphql = FakeTransport(
        {
            "StashSense_PerformerIds": {"findPerformers": {"performers": [{"id": "4"}, {"id": "9"}]}},
            "StashSense_FindPerformers": Shelf("findPerformers", rows),
        }
    )
    first, second = StashLibrary(graphql).performers()
    assert first == Performer("4", "Jane", None, ("J",), (StashId("https://box", "u-1"),), "/performer/4/image?t=1")
    assert (second.disambiguation, second.image_path) == ("model", None)


def test_a_performer_that_vanishes_between_the_list_and_the_look_is_left_out():
    graphql = FakeTransport(
        {
            "StashSense_PerformerIds": {"findPerformers": {"performers": [{"id": str(key)} for key in range(1, 131)]}},
            "StashSense_FindPerformers": Shelf(
                "findPerformers", {key: a_performer(str(key)) for key in range(1, 131) if key != 77}
            ),
        }
    )
    assert [int(performer.id) for performer in StashLibrary(graphql).performers()] == [
        key for key in range(1, 131) if key != 77
    ]


def test_counts_and_bytes_come_from_the_server():
    graphql = FakeTransport(
        {
            "StashSense_CountPerformers": {"findPerformers": {"count": 5}},
        },
        files={"/performer/4/image": (b"jpeg", "image/jpeg")},
    )
    library = StashLibrary(graphql)
    assert library.performer_count() == 5
    assert library.fetch("/performer/4/image") == (b"jpeg", "image/jpeg")


def test_the_links_of_all_scenes_are_read_page_by_page():
    links = [{"endpoint": "https://box", "stash_id": "s-1"}, {"endpoint": "https://other", "stash_id": "s-2"}]
    rows = [{"id": str(number), "stash_ids": []} for number in range(1, PAGE)]
    first, second = [*rows, {"id": "100", "stash_ids": links}], [{"id": "101", "stash_ids": links[:1]}]
    transport = FakeTransport(
        {"StashSense_SceneStashIds": [{"findScenes": {"scenes": first}}, {"findScenes": {"scenes": second}}]}
    )
    found = list(StashLibrary(transport).scene_links())
    assert found == [StashId("https://box", "s-1"), StashId("https://other", "s-2"), StashId("https://box", "s-1")]
    assert transport.variables("StashSense_SceneStashIds")[1]["filter"]["id"]["value"] == 100
