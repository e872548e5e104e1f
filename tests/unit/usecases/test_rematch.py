from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_stash import SPACE, jpeg
from tests.unit.usecases.worlds import World

from stash_sense.core.records import TrackRecord
from stash_sense.errors import ServerError
from stash_sense.settings import effective
from stash_sense.usecases.keep import stored_probe


def rematch(world: World) -> int:
    return world.rematcher().all(world.report("rematch"))


def tracks(world: World) -> list[TrackRecord]:
    return world.stores.media.tracks(world.stores.media.get("scene", "1").id)


def test_a_new_reference_names_a_stranger_without_decoding(jane: World) -> None:
    jane.stash.add_performer("Zoe", image=jpeg(9))
    jane.update_gallery()
    looked = len(jane.videos.asked)
    assert rematch(jane) == 1
    assert len(jane.videos.asked) == looked
    assert jane.verdicts() == ["suggested", "suggested"]
    assert {"Sense: maybe Jane", "Sense: maybe Zoe"} <= jane.stash.tag_names()


def test_the_same_gallery_gives_the_same_result_and_writes_nothing(jane: World) -> None:
    before = [(track.verdict, track.candidates, track.why) for track in tracks(jane)]
    jane.stash.writes.clear()
    rematch(jane)
    after = [(track.verdict, track.candidates, track.why) for track in tracks(jane)]
    assert [verdict for verdict, _, _ in after] == [verdict for verdict, _, _ in before]
    for (_, old, _), (_, new, _) in zip(before, after, strict=True):
        assert [c.person_id for c in old] == [c.person_id for c in new]
        assert [c.probability for c in old] == pytest.approx([c.probability for c in new], abs=2e-3)
    assert jane.stash.writes == []


def test_decisions_stand(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "accept")
    rematch(jane)
    assert jane.verdicts() == ["accepted", "unknown"]


def test_a_rejection_stands(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    rematch(jane)
    assert jane.verdicts() == ["rejected", "unknown"]


def test_a_scene_deleted_in_stash_is_forgotten(jane: World) -> None:
    del jane.stash.scene_rows["1"]
    rematch(jane)
    assert jane.stores.media.get("scene", "1") is None


def test_a_deleted_performer_is_suggested_no_more(jane: World) -> None:
    (performer,) = [row for row in jane.stash.performer_rows.values() if row.name == "Jane"]
    del jane.stash.performer_rows[performer.id]
    jane.update_gallery()
    rematch(jane)
    assert jane.verdicts() == ["unknown", "unknown"]
    assert jane.stash.tag_names() == {"Sense: unknown person", "Sense: done"}


def test_cut_short_before_the_tags_the_next_run_writes_them(jane: World) -> None:
    jane.stash.add_performer("Zoe", image=jpeg(9))
    jane.update_gallery()
    jane.stash.refuse = ServerError("Stash is away.")
    with pytest.raises(ServerError):
        rematch(jane)
    assert not jane.stores.media.get("scene", "1").told
    assert jane.identifier().scene(jane.stash.scene_rows["1"]) == "done"
    assert "Sense: maybe Zoe" in jane.stash.tag_names()


def test_halves_of_one_person_become_one_track(jane: World) -> None:
    """Somebody is stored as two tracks; once the gallery knows him, they are one."""
    (stranger,) = [track for track in tracks(jane) if track.verdict == "unknown"]
    media = jane.stores.media.get("scene", "1")
    other = TrackRecord(
        **{
            **{name: getattr(stranger, name) for name in TrackRecord.__slots__},
            "evidence": {**stranger.evidence, "frame_numbers": [999_999]},
            "segments": ((99.0, 99.5),),
        }
    )
    jane.stores.media.save(media, [*[t for t in tracks(jane) if t.id != stranger.id], stranger, other])
    jane.stash.add_performer("Zoe", image=jpeg(9))
    jane.update_gallery()
    rematch(jane)
    assert jane.verdicts() == ["suggested", "suggested"]
    merged = next(track for track in tracks(jane) if (99.0, 99.5) in track.segments)
    assert merged.faces == 2 * stranger.faces


def test_a_changed_setting_reaches_scenes_without_faces_too(world: World) -> None:
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: []
    world.identifier().scene(world.stash.scene_rows["1"])
    world.settings = effective({"done_tag": False})
    rematch(world)
    assert world.stash.tag_names() == {"Sense: no faces"}


def test_how_still_a_track_stands_is_kept_for_the_next_matching(jane: World) -> None:
    track = tracks(jane)[0]
    assert stored_probe(track, SPACE.dims).still == track.evidence["still"] == 0.0
    held = replace(track, evidence={**track.evidence, "still": 0.9})
    assert stored_probe(held, SPACE.dims).still == 0.9
    before = {key: value for key, value in track.evidence.items() if key != "still"}
    assert stored_probe(replace(track, evidence=before), SPACE.dims).still == 0.0
