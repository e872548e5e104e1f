"""What the user decided stays decided when another model pack looks at the scene again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.fake_stash import SPACE, jpeg
from tests.unit.usecases.two_packs import OTHER, CropEncoder, identifier, update
from tests.unit.usecases.worlds import World

from stash_sense.core.values import Detection, Face, Frame
from stash_sense.usecases.keep import stored_probe


class BoxesElsewhere(CropEncoder):
    """Another detector: its boxes are `by` pixels to the right of those of the first."""

    def __init__(self, by: float) -> None:
        super().__init__(OTHER)
        self.by = by

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        return [self._moved(face) for face in super().encode(frame, detections)]

    def _moved(self, face: Face) -> Face:
        box = face.detection.box
        box = replace(box, left=box.left + self.by, right=box.right + self.by)
        return replace(face, detection=replace(face.detection, box=box))


@pytest.fixture
def decided(world: World) -> World:
    """Scene 1 shows Ann, Bea and a stranger; Ann was accepted, Bea ruled out, the stranger left alone."""
    for name, seed in {"Ann": 11, "Bea": 12}.items():
        world.stash.add_performer(name, image=jpeg(seed))
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: [11, 12, 9]
    update(world, CropEncoder(SPACE))
    assert identifier(world, CropEncoder(SPACE)).scene(world.stash.scene_rows["1"]) == "done"
    world.choose(world.track_of("Ann"), "accept")
    world.choose(world.track_of("Bea"), "reject")
    return world


def again(world: World, encoder: CropEncoder) -> list[str]:
    update(world, encoder)
    assert identifier(world, encoder).scene(world.stash.scene_rows["1"]) == "done"
    return world.verdicts()


@pytest.mark.parametrize("by", [0.0, 30.0])
def test_names_and_rejections_stand(decided: World, by: float) -> None:
    assert decided.verdicts() == ["accepted", "rejected", "unknown"]
    assert again(decided, BoxesElsewhere(by)) == ["accepted", "rejected", "unknown"]
    media = decided.stores.media.get("scene", "1")
    assert (media.pack, media.revision) == (OTHER.pack, OTHER.revision)
    tracks = {track.verdict: track.id for track in decided.stores.media.tracks(media.id)}
    standing = decided.stores.decisions.standing("scene", "1")
    assert [(d.action, d.track_id, d.pack) for d in standing] == [
        ("accept", tracks["accepted"], "other"),
        ("reject", tracks["rejected"], "other"),
    ]


def test_a_face_elsewhere_is_not_the_one_decided_about(decided: World) -> None:
    assert again(decided, BoxesElsewhere(100.0)) == ["suggested", "suggested", "unknown"]
    assert [decision.pack for decision in decided.stores.decisions.standing("scene", "1")] == [SPACE.pack] * 2


def test_and_back_again(decided: World) -> None:
    again(decided, CropEncoder(OTHER))
    assert again(decided, CropEncoder(SPACE)) == ["accepted", "rejected", "unknown"]


def test_a_template_of_another_pack_is_never_compared(decided: World) -> None:
    probes = [
        stored_probe(track, SPACE.dims)
        for track in decided.stores.media.tracks(decided.stores.media.get("scene", "1").id)
    ]
    ours = identifier(decided, CropEncoder(SPACE)).matcher.remember("scene", "1", probes)
    assert len(ours.named) == 1
    theirs = identifier(decided, CropEncoder(OTHER)).matcher.remember("scene", "1", probes)
    assert (theirs.named, theirs.rejections) == ({}, [])
