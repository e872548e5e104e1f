from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from tests.builders import DIMS, a_person
from tests.fake_stash import FakePictures, TableEncoder, jpeg

from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.catalogue.values import Fetched, ImageReading, ImageTask
from stash_sense.core.codec import from_blob
from stash_sense.core.values import Detection, Face, Frame, Image
from stash_sense.usecases.harvest import LARGEST_PX, Harvester

RULES = AdmissionRules(
    image_px=1, face_px=48, confidence=0.7, pose=0.2, quality=0.6, same=0.25, copy=0.98, agree=((1, 0.6),), dominant=0.6
)
TASK = ImageTask("https://box.example/graphql", "p1", "i1", "https://box.example/images/i1")


class Source:
    """An ImageSource with one answer."""

    def __init__(self, answer: Fetched) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        return self.answer


def a_harvester(**parts) -> Harvester:
    values = {"pictures": FakePictures(), "encoder": TableEncoder(), "rules": RULES, "sure_face": 0.7, **parts}
    return Harvester(**values)


def read(answer: Fetched, **parts) -> ImageReading:
    return a_harvester(**parts).read(TASK, Source(answer))


def test_the_face_of_a_picture_comes_with_everything_a_reference_needs() -> None:
    source = Source(Fetched("fetched", jpeg(1), "image/jpeg"))
    reading = a_harvester().read(TASK, source)
    assert (reading.task, reading.outcome, source.asked) == (TASK, "face", [TASK.url])
    assert reading.content_hash == hashlib.sha256(jpeg(1)).hexdigest()
    assert reading.size_bytes == len(jpeg(1))
    (face,) = reading.faces
    assert len(face.vector) == 2 * DIMS
    assert from_blob(face.vector) @ a_person(1) > 0.9
    assert (face.quality, face.size_px, face.confidence, face.crop) == (0.8, 120.0, 0.9, b"\xff\xd8jpeg")


@pytest.mark.parametrize(
    ("data", "outcome", "faces"),
    [
        (jpeg(), "no_face", 0),
        (jpeg(200), "low_quality", 0),
        (jpeg(1, 3), "several_faces", 2),
        (jpeg(1, 200), "several_faces", 1),  # the other one is there, though nothing can be seen of her
        (jpeg(200, 201), "several_faces", 0),
        (b"no picture", "unreadable", 0),
    ],
)
def test_what_is_in_a_picture_is_named(data: bytes, outcome: str, faces: int) -> None:
    reading = read(Fetched("fetched", data))
    assert (reading.outcome, len(reading.faces)) == (outcome, faces)
    assert (reading.message is not None) == (outcome == "unreadable")


@pytest.mark.parametrize("outcome", ["gone", "not_an_image", "failed"])
def test_what_went_wrong_on_the_way_is_handed_on(outcome: str) -> None:
    reading = read(Fetched(outcome, b"<html>", "text/html", "It is a web page.", 7.0))
    assert (reading.outcome, reading.faces, reading.message, reading.retry_after_s, reading.size_bytes) == (
        outcome, (), "It is a web page.", 7.0, 6
    )  # fmt: skip
    assert read(Fetched(outcome)).content_hash == ""


def test_a_small_picture_is_not_looked_at() -> None:
    encoder = TableEncoder()
    reading = read(Fetched("fetched", jpeg(1)), rules=replace(RULES, image_px=2), encoder=encoder)
    assert (reading.outcome, encoder.detected) == ("image_too_small", 0)


def test_the_rules_of_the_pack_are_asked() -> None:
    assert read(Fetched("fetched", jpeg(1)), rules=replace(RULES, face_px=121)).outcome == "face_too_small"
    assert read(Fetched("fetched", jpeg(1)), rules=replace(RULES, quality=0.9)).outcome == "low_quality"


def test_a_face_that_cannot_be_aligned_is_of_low_quality() -> None:
    class Blind(TableEncoder):
        def encode(self, frame: Frame, detections: list[Detection]) -> list[Face]:
            return super().encode(frame, detections)[1:]

    assert read(Fetched("fetched", jpeg(1)), encoder=Blind()).outcome == "low_quality"
    assert read(Fetched("fetched", jpeg(1, 3)), encoder=Blind()).outcome == "several_faces"


class Pictures(FakePictures):
    def __init__(self, image: Image | None) -> None:
        super().__init__()
        self.image = image

    def decode(self, data: bytes) -> Image:
        if self.image is None:
            raise MemoryError
        return self.image


def test_a_picture_too_large_for_the_memory_is_skipped() -> None:
    reading = read(Fetched("fetched", b"bomb"), pictures=Pictures(None))
    assert reading.outcome == "unreadable"
    assert "memory" in reading.message


@pytest.mark.parametrize(("height", "width"), [(3000, 6000), (6000, 3000), (200, 300)])
def test_large_pictures_are_made_smaller_before_faces_are_looked_for(height: int, width: int) -> None:
    seen: list[tuple[int, ...]] = []

    class Watching(TableEncoder):
        def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
            assert thorough
            seen.append(image.shape)
            return []

    read(Fetched("fetched", b"x"), pictures=Pictures(np.zeros((height, width, 3), np.uint8)), encoder=Watching())
    shrink = min(1.0, LARGEST_PX / max(height, width))
    assert seen == [(round(height * shrink), round(width * shrink), 3)]
