"""Files that are no videos, and what is said about each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.media import clips
from tests.media.places import unreadable

from stash_sense.adapters.media.clip import Clip
from stash_sense.adapters.media.video import VideoFrames
from stash_sense.errors import DecodeError


def sentence(path: Path) -> str:
    """What is said about it, the same by both methods."""
    with pytest.raises(DecodeError) as probed:
        VideoFrames().probe(str(path))
    with pytest.raises(DecodeError) as read:
        list(VideoFrames().frames(str(path), [0.0]))
    assert str(probed.value) == str(read.value)
    return str(probed.value)


def test_missing(tmp_path: Path) -> None:
    assert "not where Stash says it is" in sentence(tmp_path / "gone.mp4")
    (tmp_path / "file").write_bytes(b"x")
    assert "not where Stash says it is" in sentence(tmp_path / "file" / "below.mp4")


def test_folder(tmp_path: Path) -> None:
    assert "is a folder" in sentence(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "a device or a pipe" in sentence(tmp_path / "pipe.mp4")


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert "empty (0 bytes)" in sentence(tmp_path / "empty.mp4")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows grants rights in other ways")
def test_no_permission(tmp_path: Path, plain: Path) -> None:
    VideoFrames().probe(str(plain))  # whatever is imported late is imported as root
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(plain.read_bytes())
    with unreadable(locked):
        assert "may not read the video file" in sentence(locked)


def test_a_path_with_a_null_byte(tmp_path: Path) -> None:
    assert "not a valid file name" in sentence(tmp_path / "a\0b.mp4")


def test_text_with_the_name_of_a_video(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("Buy milk.\n" * 50)
    assert "not a video that can be read" in sentence(tmp_path / "notes.mp4")


def test_sound_only(folder: Path) -> None:
    assert "sound but no picture" in sentence(clips.audio_only(folder / "song.m4a"))


def test_sound_with_a_cover_picture_is_sound_only(folder: Path) -> None:
    assert "sound but no picture" in sentence(clips.song_with_cover(folder / "cover.mp3"))


def test_a_damaged_index_is_not_taken_for_a_song(folder: Path, index_first: Path) -> None:
    data = index_first.read_bytes()
    (folder / "no_tracks.mp4").write_bytes(data.replace(b"trak", b"free"))
    assert "neither picture nor sound" in sentence(folder / "no_tracks.mp4")


def test_cut_before_the_index(folder: Path, plain: Path) -> None:
    assert "its index is missing" in sentence(clips.cut(plain, folder / "no_index.mp4", 0.5))


def test_playlists_lead_nowhere(tmp_path: Path, plain: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(plain.read_bytes())
    for name in ("clip.mp4", str(plain)):
        (tmp_path / "list.mp4").write_text(f"ffconcat version 1.0\nfile '{name}'\n")
        assert "playlist" in sentence(tmp_path / "list.mp4")
    (tmp_path / "web.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n")
    assert "playlist" in sentence(tmp_path / "web.mp4")


def test_absurd_sizes_are_refused_before_memory_is_taken(tmp_path: Path) -> None:
    huge = tmp_path / "huge.y4m"
    huge.write_bytes(b"YUV4MPEG2 W14000 H14000 F25:1 C420\nFRAME\n" + bytes(1000))
    assert "14000 × 14000" in sentence(huge)


def test_a_file_that_does_not_answer_is_given_up(plain: Path) -> None:
    with pytest.raises(DecodeError, match="did not answer in time"):
        Clip(str(plain), timeout_s=1e-9)


def test_names_that_look_like_addresses_are_files(tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http:clip.mp4", "100%d #1?.mp4", "Ünïcode 名前.mp4"):
        Path(name).write_bytes(plain.read_bytes())
        assert VideoFrames().probe(name).width == 320


def test_a_file_that_cannot_be_sought_is_back_at_its_start(folder: Path) -> None:
    raw = clips.make(folder / "unseekable.h264", container="h264")
    with Clip(str(raw)) as clip:
        assert clip.seek(2.0) is False
        assert len(list(clip.packets())) == 100


def test_times_count_from_the_start_of_the_file(folder: Path) -> None:
    with Clip(str(clips.make(folder / "late_clock.ts", container_options={"output_ts_offset": "5"}))) as clip:
        assert clip.start_s == pytest.approx(5.0, abs=0.1)
        key = clip.key_before(-1.0)
        assert key is not None
        assert (key.at, key.time_s) == (450_000, pytest.approx(0.0, abs=0.001))


def test_other_streams_are_not_read(plain: Path) -> None:
    with Clip(str(plain)) as clip:
        clip.seek(1.0)  # forgets what was read ahead while opening
        assert {packet.stream.type for packet in clip.container.demux() if packet.size} == {"video"}
