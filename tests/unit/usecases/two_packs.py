"""A second model pack for tests: it sees the same faces, but its vectors have nothing to do with those of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.builders import DIMS, a_person, looks
from tests.fake_stash import SPACE, TableEncoder, jpeg
from tests.unit.usecases.worlds import World

from stash_sense.core.gallery_records import PackRecord
from stash_sense.core.values import Detection, EmbeddingSpace, Face, Frame
from stash_sense.usecases.enrol import Gallery
from stash_sense.usecases.identify import Identifier
from stash_sense.usecases.matching import Matcher

OLD = PackRecord("compact", SPACE.pack, SPACE.revision)
NEW = PackRecord("/packs/other", "other", "7")
OTHER = EmbeddingSpace(NEW.pack, NEW.revision, DIMS)


class CropEncoder(TableEncoder):
    """Its crops can be read again: they show who it is. Each space puts people elsewhere."""

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        faces = super().encode(frame, detections)
        seeds = [int(frame.image[0, round(detection.box.left), 0]) for detection in detections]
        shift = 0 if self.space == SPACE else 1000
        return [
            replace(face, vector=looks(a_person(seed + shift), 1, seed=frame.index + 5)[0], crop=jpeg(seed))
            for face, seed in zip(faces, seeds, strict=True)
        ]


class StopError(Exception):
    """A kill."""


class StoppingEncoder(CropEncoder):
    """Dies at the picture after `count` others."""

    def __init__(self, space: EmbeddingSpace, count: int) -> None:
        super().__init__(space)
        self.count = count

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        if self.count == 0:
            raise StopError
        self.count -= 1
        return super().encode(frame, detections)


def gallery(world: World, encoder: TableEncoder) -> Gallery:
    """The gallery of `encoder`'s pack."""
    choice = OLD.choice if encoder.space == SPACE else NEW.choice
    return replace(world.gallery(), encoder=encoder, choice=choice)


def update(world: World, encoder: TableEncoder) -> str:
    return gallery(world, encoder).update(world.report("update_gallery"))


def matcher(world: World, space: EmbeddingSpace) -> Matcher:
    made = world.matcher()
    made.space = space
    return made


def identifier(world: World, encoder: TableEncoder) -> Identifier:
    made = world.identifier()
    return replace(made, observer=replace(made.observer, encoder=encoder), matcher=matcher(world, encoder.space))
