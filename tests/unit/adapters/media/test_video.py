"""Which frames come, at which times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.media import clips
from tests.media.pattern import UPRIGHT, read_corners, read_number

from stash_sense.adapters.media.video import VideoFrames
from stash_sense.errors import DecodeError

EVERY_SECOND = (0.5, 1.5, 2.5, 3.5)


def numbers(path: Path, seconds: Sequence[float] = EVERY_SECOND, *, exact: bool = False) -> list[int]:
    return [read_number(frame.image) for frame in VideoFrames().frames(str(path), seconds, exact=exact)]


def times(path: Path, seconds: Sequence[float] = EVERY_SECOND, *, exact: bool = False) -> list[float]:
    found = VideoFrames().frames(str(path), seconds, exact=exact)
    return [round(frame.time_s, 3) for frame in found if frame.time_s is not None]


def test_key_frames_before_the_instants_come_with_their_own_times(plain: Path) -> None:
    assert numbers(plain) == [0, 25, 50, 75]
    assert times(plain) == [0.0, 1.0, 2.0, 3.0]


def test_instants_may_come_in_any_order_and_frames_ascend(plain: Path) -> None:
    assert numbers(plain, (3.5, 0.5, 2.5)) == [0, 50, 75]


def test_two_instants_after_one_key_frame_give_it_once(plain: Path) -> None:
    assert numbers(plain, (0.2, 1.2, 1.4, 2.2)) == [0, 25, 50]


def test_exact_gives_the_frame_shown_at_the_instant(plain: Path) -> None:
    assert numbers(plain, (0.3, 1.5, 1.61, 3.2), exact=True) == [7, 37, 40, 80]
    assert times(plain, (0.3, 1.5, 1.61, 3.2), exact=True) == [0.28, 1.48, 1.6, 3.2]


def test_exact_gives_the_same_frame_once(plain: Path) -> None:
    assert numbers(plain, (1.0, 1.01, 1.02), exact=True) == [25]


def test_sparse_key_frames_are_decoded_to_the_instants(folder: Path) -> None:
    only_one = clips.make(folder / "one_key.mp4", gop=1000)
    assert numbers(only_one) == [12, 37, 62, 87]


def test_many_instants_between_two_key_frames_are_decoded_to(plain: Path) -> None:
    assert numbers(plain, (1.1, 1.3, 1.5, 1.7, 1.9)) == [27, 32, 37, 42, 47]


def test_half_of_the_instants_with_a_key_frame_of_their_own_is_enough(plain: Path) -> None:
    assert numbers(plain, (0.1, 0.2, 1.1, 1.2)) == [0, 25]


def test_an_instant_behind_the_end_gives_the_last_key_frame(plain: Path) -> None:
    assert numbers(plain, (500.0,)) == [75]


def test_no_instants_give_no_frames(plain: Path) -> None:
    assert numbers(plain, ()) == []


def test_indexes_follow_the_time_so_that_two_calls_never_share_one(plain: Path) -> None:
    first = [frame.index for frame in VideoFrames().frames(str(plain), (1.5,))]
    second = [frame.index for frame in VideoFrames().frames(str(plain), (1.5, 2.1), exact=True)]
    assert (first, second) == ([1000], [1480, 2080])


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("h264.mkv", {}),
        ("mpeg4.avi", {"codec": "mpeg4", "options": {}}),
        ("vp9.webm", {"codec": "libvpx-vp9", "options": {"deadline": "realtime", "cpu-used": "8"}}),
        ("hevc.mp4", {"codec": "libx265", "options": {"preset": "ultrafast", "x265-params": "log-level=none"}}),
        ("live.mkv", {"container": "matroska", "container_options": {"live": "1"}}),
        ("fragments.mp4", {"container_options": {"movflags": "frag_keyframe+empty_moov"}}),
        ("b_frames.mp4", {"options": {**clips.QUICK, "bf": "3"}}),
        ("all_key.mov", {"codec": "mjpeg", "pixels": "yuvj420p", "gop": 1, "options": {}}),
    ],
)
def test_every_container_and_codec_gives_exact_frames(folder: Path, name: str, changes: dict[str, object]) -> None:
    clip = clips.make(folder / name, **changes)
    assert numbers(clip, exact=True) == [12, 37, 62, 87]


def test_transport_streams_give_exact_frames_although_seeks_land_between_key_frames(folder: Path) -> None:
    stream = clips.make(folder / "stream.ts", codec="mpeg2video", options={"b": "2M"})
    assert numbers(stream, exact=True) == [12, 37, 62, 87]
    assert times(stream, exact=True) == [0.48, 1.48, 2.48, 3.48]  # although the file's own clock starts later


def test_a_stream_without_clock_or_index_is_read_through(folder: Path) -> None:
    raw = clips.make(folder / "raw.h264", container="h264", options={**clips.QUICK, "bf": "0"})
    assert numbers(raw) == [12, 37, 62, 87]
    assert VideoFrames().probe(str(raw)).duration_s == pytest.approx(4.0, abs=0.1)


def test_an_animated_gif_is_a_video(folder: Path) -> None:
    gif = clips.make(folder / "moving.gif", codec="gif", pixels="rgb8", frames=50, gop=1, options={})
    assert times(gif, (0.5, 1.5), exact=True) == [0.48, 1.48]


def test_variable_frame_rate_is_read_by_time(folder: Path) -> None:
    """50 frames in 2 s, then 50 in half a second."""
    clip = clips.make(folder / "variable.mkv", times=lambda n: n * 40 if n < 50 else 2000 + (n - 50) * 10)
    assert numbers(clip, (1.0, 2.0, 2.255), exact=True) == [25, 50, 75]
    assert VideoFrames().probe(str(clip)).duration_s == pytest.approx(2.5, abs=0.05)


def test_a_duration_that_nobody_wrote_down_is_measured(folder: Path) -> None:
    live = clips.make(folder / "no_duration.mkv", container="matroska", container_options={"live": "1"})
    assert VideoFrames().probe(str(live)).duration_s == pytest.approx(4.0, abs=0.05)


def test_probe_tells_length_and_size(plain: Path) -> None:
    info = VideoFrames().probe(str(plain))
    assert (info.duration_s, info.width, info.height, info.rotation) == (pytest.approx(4.0, abs=0.05), 320, 240, 0)


def test_a_single_frame_is_a_video(folder: Path) -> None:
    assert numbers(clips.make(folder / "single.mp4", frames=1), (0.0, 0.5)) == [0]


def test_four_k_comes_in_full_size(folder: Path) -> None:
    clip = clips.make(folder / "four_k.mp4", width=3840, height=2160, frames=4, gop=2)
    frame = list(VideoFrames().frames(str(clip), (0.0, 0.1)))[-1]
    assert (frame.image.shape, read_number(frame.image), read_corners(frame.image)) == ((2160, 3840, 3), 2, UPRIGHT)


def test_a_download_cut_short_gives_the_frames_that_are_there(folder: Path, index_first: Path, plain_mkv: Path) -> None:
    assert numbers(clips.cut(index_first, folder / "cut.mp4", 0.6)) == [0, 25, 50]
    assert numbers(clips.cut(plain_mkv, folder / "cut.mkv", 0.6)) == [0, 25, 50]


def test_broken_stretches_are_passed_over(folder: Path, index_first: Path, plain_mkv: Path) -> None:
    for source, name in ((index_first, "broken.mp4"), (plain_mkv, "broken.mkv")):
        assert numbers(clips.scratched(source, folder / name, [(0.4, 0.6)])) == [0, 25, 75]


def test_nothing_but_noise_behind_a_sound_header_is_said(folder: Path, index_first: Path) -> None:
    data = index_first.read_bytes()
    noise = clips.scratched(index_first, folder / "noise.mp4", [(data.index(b"mdat") / len(data), 1.0)])
    with pytest.raises(DecodeError, match="No picture of the video could be decoded"):
        numbers(noise)


def test_frames_stop_where_the_reader_stops(plain: Path) -> None:
    found = VideoFrames().frames(str(plain), EVERY_SECOND)
    assert read_number(next(iter(found)).image) == 0
    found.close()  # type: ignore[attr-defined]  # a generator: the file is closed with it
    assert next(found, None) is None
