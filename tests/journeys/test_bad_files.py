"""Files as libraries have them: empty, cut short, not what their name says, gone. One sentence each, and the run goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.journeys.conftest import copied
from tests.journeys.small import CORRIDOR, MAYBE, SPEECH, TAGS
from tests.journeys.world import World, assert_gentle, assert_no_traceback, assert_plain_words, named_in
from tests.media import clips as kinds
from tests.standin.library import OBAMA

pytestmark = pytest.mark.journey

Maker = Callable[[Path, Path], Path]  # folder, a good clip → the bad file


def cut_before_the_index(folder: Path, good: Path) -> Path:
    return kinds.cut(good, folder / "cut.mp4", 0.5)


def empty(folder: Path, good: Path) -> Path:
    (folder / "empty.mp4").write_bytes(b"")
    return folder / "empty.mp4"


def text(folder: Path, good: Path) -> Path:
    (folder / "text.mp4").write_text("These are the times that try men's souls.\n" * 50, "utf-8")
    return folder / "text.mp4"


def sound(folder: Path, good: Path) -> Path:
    return kinds.audio_only(folder / "sound.mp4")


def noise(folder: Path, good: Path) -> Path:
    return kinds.scratched(good, folder / "noise.mp4", [(0.0, 1.0)])


def a_folder(folder: Path, good: Path) -> Path:
    (folder / "folder.mp4").mkdir()
    return folder / "folder.mp4"


def a_missing_file(folder: Path, good: Path) -> Path:
    return folder / "gone.mp4"


def a_missing_folder(folder: Path, good: Path) -> Path:
    return folder / "drive" / "that is away" / "film.mp4"


# Who makes the file, words of the sentence, whether the scene is tagged: a drive that is away must not tag a whole library.
BAD: list[tuple[Maker, str, bool]] = [
    (empty, "empty (0 bytes)", True),
    (text, "not a video that can be read", True),
    (sound, "sound but no picture", True),
    (noise, "not a video that can be read", True),
    (cut_before_the_index, "its index is missing", True),
    (a_folder, "is a folder", True),
    (a_missing_file, "not where Stash says it is", False),
    (a_missing_folder, "not where Stash says it is", False),
]


@pytest.fixture(scope="module")
def world(_enrolled: World, clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All bad files between two good ones, in one run."""
    folder = tmp_path_factory.mktemp("bad")
    with copied(_enrolled, tmp_path_factory.mktemp("bad-files")) as made:
        ids = dict(made.ids)
        for maker, _, _ in BAD:
            ids[maker.__name__] = made.stash.add_scene(maker(folder, clips[SPEECH]), title=maker.__name__).id
        ids["no file"] = made.stash.add_scene(None, title="no file").id
        ids["half"] = made.stash.add_scene(half_in_matroska(folder, clips[SPEECH]), title="half").id
        shutil.copyfile(clips[CORRIDOR], folder / "last.mp4")
        ids["last"] = made.stash.add_scene(folder / "last.mp4", title="last").id
        made = World(made.stash, ids)
        made.run("Identify new scenes")
        yield made
        assert_no_traceback(made.stash)
        assert_gentle(made.stash)


def half_in_matroska(folder: Path, good: Path) -> Path:
    """A download cut short whose beginning can be read."""
    import av

    whole = folder / "whole.mkv"
    with av.open(str(good)) as source, av.open(str(whole), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                out.mux(packet)
    return kinds.cut(whole, folder / "half.mkv", 0.7)


@pytest.mark.parametrize(("maker", "words", "tagged"), BAD, ids=[maker.__name__ for maker, _, _ in BAD])
def test_a_bad_file_is_one_sentence(world: World, maker: Maker, words: str, tagged: bool) -> None:
    view = world.scene(maker.__name__)
    assert view["state"] == "failed"
    assert_plain_words(view["message"])
    assert words in view["message"]
    assert world.tags(maker.__name__) == (["Sense: failed"] if tagged else [])


def test_a_scene_without_a_file_is_one_sentence_too(world: World) -> None:
    assert (world.scene("no file")["state"], world.tags("no file")) == ("failed", [])
    assert_plain_words(world.scene("no file")["message"])


def test_the_readable_part_of_a_file_cut_short_is_analysed(world: World) -> None:
    assert named_in(world.scene("half")) == {OBAMA}
    assert world.tags("half") == [MAYBE.format(OBAMA), "Sense: to review"]


def test_good_files_before_and_behind_are_analysed(world: World) -> None:
    assert world.tags(SPEECH) == TAGS[SPEECH]
    assert world.tags("last") == ["Sense: done", "Sense: no faces"]


def test_the_run_says_how_many_could_not_be_analysed(world: World) -> None:
    run = world.last_run()
    assert (run["state"], run["failed"], run["done"]) == ("finished", len(BAD) + 1, run["total"])
    assert f"{len(BAD) + 1} items could not be analysed" in run["message"]
    warned = world.stash.logged("warning")
    assert len(warned) == len(BAD) + 1
    for line in warned:
        assert_plain_words(line)


def test_a_file_whose_drive_comes_back_is_analysed_and_stays_so_when_it_goes_again(
    enrolled: World, clips: dict[str, Path], tmp_path: Path
) -> None:
    away = tmp_path / "drive" / "film.mp4"
    row = enrolled.stash.add_scene(away, title="away")
    enrolled.run("identify", {"scene_ids": [row.id]})
    assert enrolled.stash.tag_names(row) == []
    away.parent.mkdir()
    shutil.copyfile(clips[SPEECH], away)
    enrolled.run("identify", {"scene_ids": [row.id]})
    assert enrolled.stash.tag_names(row) == TAGS[SPEECH]
    away.unlink()
    said = enrolled.run("identify", {"scene_ids": [row.id], "force": True})
    assert "1 item could not be analysed" in said
    assert enrolled.stash.tag_names(row) == TAGS[SPEECH]


def test_a_broken_performer_image_is_counted_and_the_others_are_learned(untouched: World) -> None:
    images = {"Nobody": b"\x89PNG\r\n\x1a\n broken", "Web page": b"<html>no</html>"}
    for name, image in images.items():
        untouched.stash.add_performer(name, image=image)
    said = untouched.run("Update gallery")
    assert_plain_words(said)
    assert "knows 3 people" in said
    assert "2 images could not be read." in said
    for line in untouched.stash.logged("warning"):
        assert_plain_words(line)
    gallery = untouched.stash.operation({"mode": "status"})["gallery"]
    assert {one["name"] for one in gallery["without"]} == {*images, "Mary Roe"}
