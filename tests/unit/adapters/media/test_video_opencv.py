"""The fallback: the same port, by OpenCV. Not honoured there: mirrored matrices, combs, HDR curves, streams without a clock."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.media import clips
from tests.media.pattern import UPRIGHT, draw, read_corners, read_number
from tests.media.places import unreadable

from stash_sense.errors import DecodeError

pytest.importorskip("cv2")

from stash_sense.adapters.media.video_opencv import VideoFrames  # needs cv2


def numbers(path: Path, seconds: tuple[float, ...] = (0.5, 1.5, 2.5, 3.5)) -> list[int]:
    return [read_number(frame.image) for frame in VideoFrames().frames(str(path), seconds)]


def test_frames_are_those_of_the_instants(plain: Path, plain_mkv: Path) -> None:
    for clip in (plain, plain_mkv):
        assert np.allclose(numbers(clip), [12, 37, 62, 87], atol=1)


def test_times_and_indexes_tell_the_frame(plain: Path) -> None:
    for frame in VideoFrames().frames(str(plain), (0.52, 2.0)):
        assert frame.time_s == pytest.approx(read_number(frame.image) / 25, abs=0.002)
        assert frame.index == round(frame.time_s * 1000)


def test_a_single_key_frame_is_no_obstacle(folder: Path) -> None:
    assert np.allclose(numbers(clips.make(folder / "cv one key.mp4", gop=1000)), [12, 37, 62, 87], atol=1)


def test_probe_tells_length_and_size(plain: Path) -> None:
    info = VideoFrames().probe(str(plain))
    assert (info.duration_s, info.width, info.height, info.rotation) == (pytest.approx(4.0, abs=0.1), 320, 240, 0)


@pytest.mark.parametrize(
    ("matrix", "degrees"), [((0, 1, -1, 0), 90), ((-1, 0, 0, -1), 180), ((0, -1, 1, 0), 270)]
)  # fmt: skip
def test_turned_video_comes_upright(folder: Path, matrix: tuple[int, int, int, int], degrees: int) -> None:
    def stored(width: int, height: int, number: int) -> np.ndarray:
        upright = draw(height, width, number) if degrees % 180 else draw(width, height, number)
        return np.ascontiguousarray(np.rot90(upright, degrees // 90))

    plain = clips.make(folder / f"cv {degrees} plain.mp4", frames=30, draw=stored)
    clip = clips.with_matrix(plain, folder / f"cv {degrees}.mp4", matrix)
    frame = next(iter(VideoFrames().frames(str(clip), [1.0])))
    info = VideoFrames().probe(str(clip))
    assert (read_corners(frame.image), read_number(frame.image)) == (UPRIGHT, 25)
    assert frame.image.shape == (info.height, info.width, 3)
    assert info.rotation == degrees


def test_pixels_become_square(folder: Path) -> None:
    clip = clips.make(folder / "cv aspect.mp4", frames=3, aspect=Fraction(4, 3))
    assert next(iter(VideoFrames().frames(str(clip), [0.0]))).image.shape == (240, 427, 3)
    assert VideoFrames().probe(str(clip)).width == 427


def test_a_download_cut_short_gives_the_frames_that_are_there(folder: Path, index_first: Path) -> None:
    found = numbers(clips.cut(index_first, folder / "cv cut.mp4", 0.6))
    assert np.allclose(found[:2], [12, 37], atol=1)
    assert all(number < 75 for number in found)


def test_broken_stretches_are_passed_over(folder: Path, plain_mkv: Path) -> None:
    found = numbers(clips.scratched(plain_mkv, folder / "cv broken.mkv", [(0.4, 0.6)]))
    assert abs(found[0] - 12) <= 1
    assert abs(found[-1] - 87) <= 1


def sentence(path: Path) -> str:
    with pytest.raises(DecodeError) as probed:
        VideoFrames().probe(str(path))
    with pytest.raises(DecodeError) as read:
        list(VideoFrames().frames(str(path), [0.0]))
    assert str(probed.value) == str(read.value)
    return str(probed.value)


def test_what_is_said_of_files_that_are_no_videos(folder: Path, tmp_path: Path, plain: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "notes.mp4").write_text("Buy milk.\n" * 50)
    assert "not where Stash says it is" in sentence(tmp_path / "gone.mp4")
    assert "is a folder" in sentence(tmp_path)
    assert "empty (0 bytes)" in sentence(tmp_path / "empty.mp4")
    assert "no picture that can be read" in sentence(tmp_path / "notes.mp4")
    assert "no picture that can be read" in sentence(clips.audio_only(folder / "cv song.m4a"))
    assert "no picture that can be read" in sentence(clips.cut(plain, folder / "cv no index.mp4", 0.5))


@pytest.mark.skipif(not hasattr(__import__("os"), "geteuid"), reason="Windows grants rights in other ways")
def test_no_permission(tmp_path: Path, plain: Path) -> None:
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(plain.read_bytes())
    with unreadable(locked):
        assert "may not read the video file" in sentence(locked)
