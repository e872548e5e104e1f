from __future__ import annotations

from typing import Any

import pytest
from tests.fakes import FakeTransport

from stash_sense.adapters.stash.editor import StashEditor
from stash_sense.errors import NotFoundError, ServerError
from stash_sense.usecases.ports import Named, StashId


def links(tags: dict[str, list[str]], performers: dict[str, list[str]] | None = None, kind: str = "scene") -> Any:
    """Answers StashSense_SceneLinks for objects that carry these tags and performers."""
    field, rows = ("findScenes", "scenes") if kind == "scene" else ("findImages", "images")

    def answer(variables: dict[str, Any]) -> Any:
        if missing := [key for key in variables["ids"] if key not in tags]:
            return NotFoundError(f"{kind} with id {missing[0]} not found")
        return {
            field: {
                rows: [
                    {
                        "id": key,
                        "tags": [{"id": tag} for tag in tags[key]],
                        "performers": [{"id": p} for p in (performers or {}).get(key, [])],
                    }
                    for key in variables["ids"]
                ]
            }
        }

    return answer


def updates(graphql: FakeTransport) -> list[dict[str, Any]]:
    return [variables["input"] for name, variables in graphql.calls if name.startswith("StashSense_Update")]


DONE = {"bulkSceneUpdate": []}


def test_tags_and_performers_are_added_and_removed_in_two_calls():
    graphql = FakeTransport({"StashSense_SceneLinks": links({"1": ["20"]}), "StashSense_UpdateScenes": DONE})
    StashEditor(graphql).change("scene", ["1"], add_tags=["10"], remove_tags=["20"], add_performers=["4"])
    assert updates(graphql) == [
        {
            "clientMutationId": "stash-sense",
            "ids": ["1"],
            "tag_ids": {"ids": ["10"], "mode": "ADD"},
            "performer_ids": {"ids": ["4"], "mode": "ADD"},
        },
        {"clientMutationId": "stash-sense", "ids": ["1"], "tag_ids": {"ids": ["20"], "mode": "REMOVE"}},
    ]


def test_only_objects_that_change_are_written():
    graphql = FakeTransport(
        {"StashSense_SceneLinks": links({"1": ["10"], "2": [], "3": ["10", "20"]}), "StashSense_UpdateScenes": DONE}
    )
    StashEditor(graphql).change("scene", ["1", "2", "3", "2"], add_tags=["10"], remove_tags=["20"])
    assert [(update["ids"], update["tag_ids"]["mode"]) for update in updates(graphql)] == [
        (["2"], "ADD"),
        (["3"], "REMOVE"),
    ]


def test_what_is_as_wanted_already_is_not_written_at_all():
    graphql = FakeTransport({"StashSense_SceneLinks": links({"1": ["10"]}, {"1": ["4"]})})
    StashEditor(graphql).change(
        "scene", ["1"], add_tags=["10"], add_performers=["4"], remove_tags=["99"], remove_performers=["5"]
    )
    assert updates(graphql) == []


@pytest.mark.parametrize(
    ("ids", "change"), [([], {"add_tags": ["1"]}), (["1"], {}), (["1"], {"add_tags": [], "remove_performers": []})]
)
def test_nothing_to_do_asks_nothing(ids, change):
    graphql = FakeTransport()
    StashEditor(graphql).change("scene", ids, **change)
    assert graphql.calls == []


def test_images_go_through_their_own_mutation():
    graphql = FakeTransport(
        {"StashSense_ImageLinks": links({"1": []}, kind="image"), "StashSense_UpdateImages": {"bulkImageUpdate": []}}
    )
    StashEditor(graphql).change("image", ["1"], add_performers=["4"])
    assert [name for name, _ in graphql.calls] == ["StashSense_ImageLinks", "StashSense_UpdateImages"]


def test_many_objects_are_written_in_parts():
    ids = [str(key) for key in range(250)]
    graphql = FakeTransport({"StashSense_SceneLinks": links({key: [] for key in ids}), "StashSense_UpdateScenes": DONE})
    StashEditor(graphql).change("scene", ids, add_tags=["10"])
    assert [len(update["ids"]) for update in updates(graphql)] == [100, 100, 50]


def test_a_scene_that_is_gone_is_told():
    graphql = FakeTransport({"StashSense_SceneLinks": links({"1": []})})
    with pytest.raises(NotFoundError):
        StashEditor(graphql).change("scene", ["1", "2"], add_tags=["10"])
    assert updates(graphql) == []


def found(*rows: tuple[str, str, list[str]]) -> dict[str, Any]:
    return {"findTags": {"tags": [{"id": key, "name": name, "aliases": aliases} for key, name, aliases in rows]}}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([("1", "SensexDone", [])], None),  # LIKE takes "_" for any character
        ([("1", "sense_DONE ", [])], Named("1", "sense_DONE ")),
        ([("1", "Renamed", ["other", "Sense_Done"])], Named("1", "Renamed")),
        ([("1", "Renamed", ["Sense_Done"]), ("2", "Sense_Done", [])], Named("2", "Sense_Done")),
    ],
)
def test_a_tag_is_found_by_its_exact_name_or_alias(rows, expected):
    graphql = FakeTransport({"StashSense_FindTags": found(*rows)})
    assert StashEditor(graphql).find_tag(" Sense_Done ") == expected
    assert graphql.variables("StashSense_FindTags") == [{"name": "Sense_Done"}]


def test_a_tag_is_created_out_of_auto_tags_reach():
    graphql = FakeTransport({"StashSense_CreateTag": {"tagCreate": {"id": "5", "name": "Sense: done"}}})
    assert StashEditor(graphql).create_tag("Sense: done", parent_id="1", description="Analysed.") == Named(
        "5", "Sense: done"
    )
    assert graphql.variables("StashSense_CreateTag") == [
        {"input": {"name": "Sense: done", "description": "Analysed.", "ignore_auto_tag": True, "parent_ids": ["1"]}}
    ]


@pytest.mark.parametrize(
    "words",
    ["tag with name 'x' already exists", "name 'x' is used as alias for 'y'", "UNIQUE constraint failed: tags.name"],
)
def test_a_tag_that_another_process_was_faster_with_is_returned(words):
    graphql = FakeTransport(
        {"StashSense_CreateTag": ServerError(f"Stash says: {words}."), "StashSense_FindTags": found(("9", "Y", ["x"]))}
    )
    assert StashEditor(graphql).create_tag("x", parent_id=None, description="") == Named("9", "Y")


@pytest.mark.parametrize(
    ("words", "rows"), [("disk I/O error", [("9", "x", [])]), ("tag with name 'x' already exists", [])]
)
def test_a_tag_that_cannot_be_created_is_an_error(words, rows):
    graphql = FakeTransport({"StashSense_CreateTag": ServerError(words), "StashSense_FindTags": found(*rows)})
    with pytest.raises(ServerError, match=words):
        StashEditor(graphql).create_tag("x", parent_id=None, description="")


def test_reads_a_tag_its_children_and_its_use():
    graphql = FakeTransport(
        {
            "StashSense_FindTag": [{"findTag": {"id": "1", "name": "A"}}, {"findTag": None}],
            "StashSense_ChildTags": [{"findTag": {"children": [{"id": "2", "name": "B"}]}}, {"findTag": None}],
            "StashSense_TagUse": [{"findTag": {"scene_count": 3, "gallery_count": 4}}, {"findTag": None}],
        }
    )
    editor = StashEditor(graphql)
    assert [editor.find_tag_by_id("1"), editor.find_tag_by_id("7")] == [Named("1", "A"), None]
    assert [editor.child_tags("1"), editor.child_tags("7")] == [[Named("2", "B")], []]
    assert [editor.tag_use("1"), editor.tag_use("7")] == [7, 0]


def test_tags_are_destroyed_even_if_one_is_gone_already():
    left = {"1", "2", "3"}

    def destroy(variables: dict[str, Any]) -> Any:
        if not left.issuperset(variables["ids"]):
            return NotFoundError("gone")
        left.difference_update(variables["ids"])
        return {"tagsDestroy": True}

    editor = StashEditor(FakeTransport({"StashSense_DestroyTags": destroy}))
    editor.destroy_tags(["1", "8", "3"])
    editor.destroy_tags([])
    assert left == {"2"}


def test_a_performer_is_created_with_its_links_and_destroyed_without_complaint():
    row = {
        "id": "4",
        "name": "Jane",
        "disambiguation": None,
        "alias_list": [],
        "stash_ids": [],
        "image_path": "http://h/performer/4/image?default=true",
    }
    graphql = FakeTransport(
        {"StashSense_CreatePerformer": {"performerCreate": row}, "StashSense_DestroyPerformer": NotFoundError("gone")}
    )
    editor = StashEditor(graphql)
    created = editor.create_performer("Jane", disambiguation=None, stash_ids=[StashId("https://box", "u-1")])
    editor.destroy_performer("4")
    assert (created.id, created.image_path) == ("4", None)
    assert graphql.variables("StashSense_CreatePerformer") == [
        {"input": {"name": "Jane", "stash_ids": [{"endpoint": "https://box", "stash_id": "u-1"}]}}
    ]
