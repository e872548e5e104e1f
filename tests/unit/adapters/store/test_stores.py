from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import unit

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.runs import KEPT
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.codec import from_blob, from_blobs, to_blob
from stash_sense.core.records import (
    CandidateRecord,
    DecisionRecord,
    FaceRecord,
    MediaRecord,
    PersonRecord,
    TagRecord,
    TrackRecord,
)
from stash_sense.errors import SpaceMismatchError

FACE = FaceRecord(
    3,
    1.5,
    "frame",
    (1.0, 2.0, 3.0, 4.0),
    ((1.0, 2.0), (3.0, 4.0)),
    0.9,
    0.8,
    {"total": 0.8, "size": 1.0},
    b"vv",
    b"jpg",
)
CANDIDATE = CandidateRecord("performer:1", 0.7, 5.0, 0.3, 0.97, 2, 1)
TRACK = TrackRecord(
    template=b"tt",
    faces=4,
    frames=3,
    quality=0.75,
    best_time_s=1.5,
    crop=b"jpg",
    segments=((1.0, 2.5), (7.0, 7.0)),
    screen_time_s=3.0,
    evidence={"size_px": 80.0, "weakest": "size", "frame_numbers": [1, 2], "kind": "frame"},
    verdict="suggested",
    person_id=None,
    why="because",
    kept=(FACE,),
    candidates=(CANDIDATE,),
)
MEDIA = MediaRecord(
    "scene", "7", "osh", "analysed", "compact", "1", "frames=40", "2026-01-01T00:00:00Z", 61.5, 40, 12, 2, 5, None
)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        yield SqliteStores(db)


def test_an_analysis_comes_back_as_it_was_stored(stores: SqliteStores) -> None:
    (track_id,) = stores.media.save(MEDIA, [TRACK])
    media = stores.media.get("scene", "7")
    assert replace(media, id=0) == MEDIA
    (track,) = stores.media.tracks(media.id, with_faces=True)
    assert replace(track, id=0, media_id=0, kept=()) == replace(TRACK, kept=())
    assert [replace(face, id=0) for face in track.kept] == [FACE]
    assert stores.media.track(track_id).candidates == (CANDIDATE,)
    assert stores.media.media_of(track_id) == media


def test_a_new_analysis_replaces_the_old_one_whole(stores: SqliteStores) -> None:
    stores.media.save(MEDIA, [TRACK, TRACK])
    stores.media.save(replace(MEDIA, fingerprint="new"), [TRACK])
    for table, left in (("media", 1), ("track", 1), ("face", 1), ("candidate", 1)):
        assert stores.db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == left


def test_scene_and_image_of_one_number_are_two(stores: SqliteStores) -> None:
    stores.media.save(MEDIA, [])
    stores.media.save(replace(MEDIA, kind="image"), [])
    assert stores.media.get("image", "7").id != stores.media.get("scene", "7").id


def test_costars_are_those_confirmed_together(stores: SqliteStores) -> None:
    accepted = replace(TRACK, verdict="accepted", person_id="performer:1")
    stores.media.save(
        MEDIA, [accepted, replace(accepted, person_id="performer:2"), replace(TRACK, person_id="performer:3")]
    )
    assert stores.media.costars({"performer:1"}) == {"performer:2"}
    assert stores.media.costars({"performer:9"}) == set()


def test_people_are_searched_by_name_as_text_not_as_pattern(stores: SqliteStores) -> None:
    for number, name in enumerate(["Anna", "Joanna", "100%_x"]):
        stores.gallery.put_person(PersonRecord(f"performer:{number}", name, performer_id=str(number)), "now")
    assert [person.name for person in stores.gallery.search("ann", 10)] == ["Anna", "Joanna"]
    assert [person.name for person in stores.gallery.search("%_", 10)] == ["100%_x"]


def test_runs_cut_short_are_closed_by_the_next_and_old_ones_are_dropped(stores: SqliteStores) -> None:
    first = stores.runs.start("identify", "1")
    second = stores.runs.start("identify", "2")
    states = {run.id: run.state for run in stores.runs.recent()}
    assert states == {first: "failed", second: "running"}
    assert "nothing is lost" in stores.runs.recent()[1].message
    for _ in range(KEPT + 5):
        stores.runs.start("identify", "3")
    assert stores.db.execute("SELECT COUNT(*) FROM run").fetchone()[0] == KEPT


def test_a_tag_is_remembered_by_its_role(stores: SqliteStores) -> None:
    stores.tags.put(TagRecord("done", "5", "Sense: done", ours=True))
    stores.tags.put(TagRecord("done", "6", "Renamed", ours=False))
    assert stores.tags.all() == [TagRecord("done", "6", "Renamed", ours=False)]
    stores.tags.forget("done")
    assert stores.tags.get("done") is None


def test_decisions_stand_until_undone(stores: SqliteStores) -> None:
    decision = DecisionRecord("now", "user", "accept", "pending", "scene", "7", 3, "performer:1", b"tt", {"a": 1})
    number = stores.decisions.add(decision)
    assert stores.decisions.standing("scene", "7") == []
    assert stores.decisions.pending(3).before == {"a": 1}
    stores.decisions.finish(number, person_id="performer:2", after={"b": 2})
    (standing,) = stores.decisions.standing("scene", "7")
    assert (standing.person_id, standing.after, standing.template) == ("performer:2", {"b": 2}, b"tt")
    stores.decisions.set_undone(number, stores.decisions.add(replace(decision, action="undo", state="done")))
    assert stores.decisions.standing("scene", "7") == []
    assert stores.decisions.of_track(3) is None


def test_settings_are_replaced_whole(stores: SqliteStores) -> None:
    stores.settings.save({"a": 1, "b": "ü", "c": True})
    stores.settings.save({"b": "x"})
    assert stores.settings.load() == {"b": "x"}


@given(
    values=st.lists(st.floats(-1, 1, width=32), min_size=8, max_size=8).filter(
        lambda row: sum(x * x for x in row) > 0.01
    )
)
def test_vectors_survive_storage(values: list[float]) -> None:
    vector = unit(values)
    back = from_blob(to_blob(vector))
    assert float(vector @ back) > 1 - 1e-5
    assert len(to_blob(vector)) == 16


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(SpaceMismatchError, match="another length"):
        from_blobs([b"1234", b"12"], dims=2)
