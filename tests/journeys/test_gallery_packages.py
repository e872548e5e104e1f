"""Galleries travel: out to a zip file or folder, in again elsewhere, back to an earlier build, away; a damaged one is refused by name."""

from __future__ import annotations

import functools
import http.server
import shutil
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.boxes import LEARN, SEAM, Boxes, assert_no_key, content, environment, in_use, seen, status
from tests.journeys.conftest import MakeBeside
from tests.journeys.small import PLATFORM, SPEECH
from tests.journeys.world import World, assert_plain_words, named_in, person_called
from tests.serving import served
from tests.standin.library import COLLINS, OBAMA, STRANGER

pytestmark = pytest.mark.journey

FILES = ("manifest.json", "people.db", "vectors.usearch")
NO_ROOM = (
    SEAM
    + """
import shutil
from collections import namedtuple

shutil.disk_usage = lambda path: namedtuple("usage", "total used free")(10**12, 10**12, 0)
"""
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        return


def web(folder: Path) -> AbstractContextManager[str]:
    """The files of a folder at an address of this machine."""
    return served(functools.partial(Quiet, directory=str(folder)))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(bytes(data))


def test_out_and_in_again_elsewhere(met: World, linked: World, make_beside: MakeBeside, tmp_path: Path) -> None:
    """As a zip file, as a folder, and from an address: the same gallery, by which the same people are recognised."""
    wanted = {title: seen(met, title) for title in (SPEECH, PLATFORM)}
    packed, folder = tmp_path / "shared" / "boxes.zip", tmp_path / "shared" / "unpacked"
    packed.parent.mkdir()
    assert met.run("export_gallery", {"path": str(packed)}) == (
        f"The gallery “boxes” (4 people, 5 faces) was written to {packed}."
    )
    met.run("export_gallery", {"path": str(folder), "name": "boxes"})
    assert_no_key(packed, folder)
    with web(packed.parent) as address:
        sources = {"path": str(packed)}, {"path": str(folder)}, {"url": f"{address}/boxes.zip"}
        for number, source in enumerate(sources):
            world = linked if number == 0 else make_beside(linked)
            said = world.run("import_gallery", source)
            assert said == "The gallery “imported” is in use now: 4 people with 5 faces from First; Second."
            assert content(world, "imported") == content(met)
            (package,) = status(world)["packages"]
            assert (package["name"], package["people"], package["problem"]) == ("imported", 4, None)
    linked.run("Identify new scenes")
    assert {title: seen(linked, title) for title in wanted} == wanted
    assert "in use now" in linked.run("import_gallery", {"path": str(packed)}), "once more does no harm"
    assert len(in_use(linked)) == 1
    assert sorted(path.name for path in (linked.data / "galleries").iterdir()) == ["imported"]


def test_a_flipped_byte_is_refused_with_the_files_name(learned: World, tmp_path: Path) -> None:
    before = in_use(learned)
    packed = tmp_path / "boxes.zip"
    learned.run("export_gallery", {"path": str(packed)})
    for name, zipped in zip(FILES, (False, True, False), strict=True):
        folder = tmp_path / name
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder)
        flip(folder / name)
        source = folder
        if zipped:
            source = tmp_path / "again.zip"
            with zipfile.ZipFile(source, "w") as archive:
                for file in FILES:
                    archive.write(folder / file, file)
        sentence = learned.fail("import_gallery", {"path": str(source)})
        assert name in sentence
        assert str(source) in sentence
        assert in_use(learned) == before
    assert status(learned)["problems"] == []
    learned.run("Identify new scenes")
    assert named_in(learned.scene(SPEECH)) == {OBAMA}


def test_what_is_no_gallery_is_said(learned: World, make_beside: MakeBeside, tmp_path: Path) -> None:
    before = in_use(learned)
    packed, page = tmp_path / "boxes.zip", tmp_path / "page.zip"
    learned.run("export_gallery", {"path": str(packed)})
    page.write_text("<html>Not found</html>", "utf-8")
    assert "cannot be read" in learned.fail("import_gallery", {"path": str(tmp_path / "nowhere.zip")})
    assert "page.zip" in learned.fail("import_gallery", {"path": str(page)})
    with web(tmp_path) as address:
        assert "perhaps a web page" in learned.fail("import_gallery", {"path": f"{address}/page.zip"})
        assert "answers 404" in learned.fail("import_gallery", {"path": f"{address}/nowhere.zip"})
    assert learned.fail("import_gallery", {"path": f"{address}/boxes.zip"}) == (
        f"The download of {address.rpartition(':')[0]}/boxes.zip got no further (the server refuses the connection): "
        "start it again later, it goes on where it was."
    )
    assert "no gallery called “other”" in learned.fail("remove_gallery", {"name": "other"})
    assert "no earlier build" in learned.fail("roll_back_gallery")
    cramped = make_beside(learned, learned.data, env=environment(tmp_path / "full", NO_ROOM))
    assert "free some space and try again" in cramped.fail("import_gallery", {"path": str(packed)})
    assert in_use(cramped) == in_use(learned) == before


def test_going_back_and_forth_and_away(met: World, boxes: Boxes) -> None:
    wanted, newest = seen(met, PLATFORM), content(met)
    assert status(met)["packages"][0]["can_roll_back"] is True
    said = met.run("roll_back_gallery")
    assert said.startswith("The gallery “boxes” is back at the build of ")
    assert said.endswith(": 3 people with 4 faces from First; Second.")
    met.run("Re-match all scenes")
    assert named_in(met.scene(PLATFORM)) == {COLLINS}
    met.run("roll_back_gallery", {"name": "boxes"})
    assert content(met) == newest
    met.run("Re-match all scenes")
    assert seen(met, PLATFORM) == wanted

    assert met.run("remove_gallery", {"name": "boxes"}) == "The gallery “boxes” was removed."
    assert (status(met)["packages"], list((met.data / "galleries").glob("boxes/*"))) == ([], [])
    met.run("Re-match all scenes")
    assert named_in(met.scene(PLATFORM)) == named_in(met.scene(SPEECH)) == set()
    boxes.heal()
    met.run("build_gallery", {"scope": "costars"})
    assert (content(met), boxes.pictures_asked()) == (newest, 0)


def test_a_damaged_gallery_in_use_is_left_out_and_said(met: World) -> None:
    (folder,) = (met.data / "galleries" / "boxes").glob(str(in_use(met)[0][1]))
    flip(folder / "manifest.json")
    (problem,) = [one for one in status(met)["problems"] if one["code"] == "gallery"]
    assert "manifest.json" in problem["message"]
    assert_plain_words(problem["message"])
    track = person_called(met.scene(PLATFORM), STRANGER)
    assert track["verdict"] == "suggested", "what was found before is still shown"
    met.run("Re-match all scenes")
    assert "manifest.json" in met.last_run()["message"]
    shutil.rmtree(folder)
    met.run(LEARN)
    assert [one["problem"] for one in status(met)["packages"]] == [None]


def test_an_update_leads_from_one_build_to_the_next(learned: World, met: World, linked: World, tmp_path: Path) -> None:
    base, update = tmp_path / "base.zip", tmp_path / "update.zip"
    learned.run("export_gallery", {"path": str(base)})
    met.run("export_gallery", {"path": str(update), "update": True})
    assert_plain_words(linked.fail("import_gallery", {"path": str(update)}))
    linked.run("import_gallery", {"path": str(base)})
    linked.run("import_gallery", {"path": str(update)})
    assert content(linked, "imported") == content(met)
    assert_no_key(base, update)
