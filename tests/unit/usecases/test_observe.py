"""Videos that are stored turned: how an Observer notices and what it makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from tests.builders import a_face
from tests.fake_stash import SPACE, FakePictures, FakeStash, jpeg

from stash_sense.core.values import Box, Detection, EmbeddingSpace, Face, Frame, Image
from stash_sense.errors import DecodeError
from stash_sense.usecases.observe import COVER, Observation, Observer
from stash_sense.usecases.ports import VideoInfo

WIDTH, HEIGHT = 16, 8
HEAD = (2, 3)  # row and column of the head in an upright frame: in its upper left quarter


@dataclass
class StoredTurned:
    """A FrameSource whose frames have to be turned by so many quarters to be upright. breaks_after: calls that work."""

    turn: int
    asked: list[int] = field(default_factory=list)
    breaks_after: int = 100

    def probe(self, path: str) -> VideoInfo:
        return VideoInfo(100.0, WIDTH, HEIGHT, 0)

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        if len(self.asked) == self.breaks_after:
            raise DecodeError("The video is damaged: copy it again.")
        self.asked.append(len(seconds))
        for second in seconds:
            upright = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
            upright[HEAD] = 255
            yield Frame(np.ascontiguousarray(np.rot90(upright, -self.turn)), round(second * 1000), second)


class UprightEncoder:
    """Sees the bright pixel anywhere, but is sure only where it lies in the upper left quarter of a wide picture."""

    space: EmbeddingSpace = SPACE

    def for_scene(self) -> UprightEncoder:
        return self

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        rows, columns = np.nonzero(image[..., 0])
        upright = image.shape[1] > image.shape[0]
        return [
            Detection(
                Box(column, row, column + 1, row + 1),
                np.array([[column, row]], np.float32),
                0.9 if upright and row < image.shape[0] / 2 and column < image.shape[1] / 2 else 0.55,
            )
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        return [
            replace(a_face(frame=frame.index, time_s=frame.time_s, kind=frame.kind), detection=detection)
            for detection in detections
        ]


def observed(videos: StoredTurned, *, sure_face: float | None = 0.7, cover: bool = False) -> Observation:
    stash = FakeStash()
    stash.files["/cover"] = jpeg(7)
    observer = Observer(videos, FakePictures(), stash, UprightEncoder(), sure_face)
    return observer.video(
        "/v.mp4", duration_s=None, count=10, cover_path="/cover" if cover else None, told=lambda share: None
    )


def test_an_upright_video_is_looked_at_once() -> None:
    videos = StoredTurned(0)
    seen = observed(videos)
    assert (videos.asked, seen.turn, len(seen.faces)) == ([10], 0, 10)


def test_a_turned_video_is_looked_at_upright_and_its_boxes_are_of_the_stored_frames() -> None:
    for turn in (1, 2, 3):
        videos = StoredTurned(turn)
        seen = observed(videos)
        assert (videos.asked, seen.turn, seen.frames) == ([10, 8, 10], turn, 10)
        stored = next(videos.frames("/v.mp4", [5.0])).image
        for face in seen.faces:
            assert face.detection.confidence == 0.9
            assert stored[int(face.detection.box.top), int(face.detection.box.left), 0] == 255


def test_further_frames_of_a_turned_video_are_turned_too() -> None:
    videos = StoredTurned(2)
    stash = FakeStash()
    observer = Observer(videos, FakePictures(), stash, UprightEncoder(), 0.7)
    seen = observer.video("/v.mp4", duration_s=None, count=10, cover_path=None, told=lambda share: None)
    assert observer.more(seen, "/v.mp4", [50.0], 3)
    assert len(seen.faces) == 13
    assert {face.detection.confidence for face in seen.faces} == {0.9}


def test_the_cover_is_taken_as_it_is_and_does_not_decide() -> None:
    seen = observed(StoredTurned(2), cover=True)
    assert seen.turn == 2
    assert [(face.frame, face.detection.box.left) for face in seen.faces if face.kind == "cover"] == [(COVER, 0.0)]
    assert seen.frames == 11


def test_without_a_bound_no_video_is_looked_at_turned() -> None:
    videos = StoredTurned(2)
    assert (observed(videos, sure_face=None).turn, videos.asked) == (0, [10])


def test_a_file_that_breaks_on_the_way_keeps_the_first_look() -> None:
    for good in (1, 2):
        seen = observed(StoredTurned(2, breaks_after=good))
        assert (seen.turn, len(seen.faces)) == (0, 10)
