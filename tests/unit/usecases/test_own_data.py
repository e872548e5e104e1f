from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from tests.fake_stash import FakeStash
from tests.packages import a_package
from tests.unit.usecases.worlds import World, a_world

from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.own import OwnZip
from stash_sense.adapters.store.own import OwnStore
from stash_sense.core.records import PersonRecord
from stash_sense.errors import SetupError
from stash_sense.usecases.own_data import OwnImport, export_own
from stash_sense.usecases.undo import undo


@pytest.fixture
def decided(jane: World) -> World:
    """Jane accepted, the stranger given a name, Mary ruled out and that undone; somebody out of a package is known."""
    media = jane.stores.media.get("scene", "1")
    (stranger,) = [track.id for track in jane.stores.media.tracks(media.id) if track.verdict == "unknown"]
    undo(jane.desk(), jane.choose(jane.track_of("Jane"), "reject"))
    jane.choose(jane.track_of("Jane"), "accept")
    jane.choose(stranger, "assign", name="Newcomer")
    box = PersonRecord("box:b.example:1", "Boxed", links=({"endpoint": "https://b.example/graphql", "stash_id": "1"},))
    jane.stores.gallery.put_person(box, "now", crop=b"crop")
    return jane


@pytest.fixture
def file(decided: World, tmp_path: Path) -> OwnZip:
    own = OwnZip(tmp_path / "own.zip", tmp_path / "work")
    said = export_own(OwnStore(decided.stores.db), own, decided.clock)
    assert said == "4 people, 8 references and 4 decisions were written."
    return own


@contextmanager
def fresh(folder: Path, stash: FakeStash, old: World) -> Iterator[World]:
    """A new installation beside `stash`, with the same videos."""
    with a_world(folder, stash=stash, videos=old.videos) as world:
        yield world


def bring(world: World, file: OwnZip) -> str:
    return OwnImport(world.stores, OwnStore(world.stores.db), world.stash, world.clock).bring(file)


def told(world: World) -> list[tuple[object, ...]]:
    """The decisions without their numbers."""
    rows = list(OwnStore(world.stores.db).all().decisions)
    place = {row.id: index for index, row in enumerate(rows)}
    return [
        (
            row.at,
            row.action,
            row.kind,
            row.stash_id,
            row.person_id,
            row.template,
            row.after,
            place.get(row.undone_by or 0),
        )
        for row in rows
    ]


def references(world: World) -> list[tuple[object, ...]]:
    """The references; those out of decisions by the instant of the decision."""
    decisions = {str(row.id): row.at for row in OwnStore(world.stores.db).all().decisions}
    return sorted(
        (row.person_id, row.origin, decisions.get(row.origin_id, "") if row.origin == "confirmed" else row.origin_id, row.vector, row.state)
        for row in OwnStore(world.stores.db).all().references
    )  # fmt: skip


def test_a_reinstall_loses_nothing(decided: World, file: OwnZip, tmp_path: Path) -> None:
    with fresh(tmp_path / "new", decided.stash, decided) as new:
        assert bring(new, file) == "8 references and 4 decisions were brought in."
        assert told(new) == told(decided)
        assert references(new) == references(decided)
        assert new.stores.gallery.people() == decided.stores.gallery.people()
        assert new.stores.gallery.best_crop("box:b.example:1") == b"crop"
        assert new.stores.gallery.build() > 0
        new.identifier().scene(new.stash.scene_rows["1"])
        assert new.verdicts() == ["accepted", "accepted"], "the decisions are found again by the faces"


def test_nothing_is_read_again_after_a_reinstall(decided: World, file: OwnZip, tmp_path: Path) -> None:
    with fresh(tmp_path / "new", decided.stash, decided) as new:
        bring(new, file)
        decided.stash.fetched.clear()
        new.update_gallery()
        assert decided.stash.fetched == []
        assert references(new) == references(decided)


def test_bringing_it_in_twice_changes_nothing(decided: World, file: OwnZip, tmp_path: Path) -> None:
    with fresh(tmp_path / "new", decided.stash, decided) as new:
        bring(new, file)
        before = told(new), references(new)
        assert bring(new, file) == "0 references and 0 decisions were brought in."
        assert (told(new), references(new)) == before
    assert bring(decided, file) == "0 references and 0 decisions were brought in."


def test_an_undo_comes_after_its_decision(decided: World, file: OwnZip, tmp_path: Path) -> None:
    with fresh(tmp_path / "new", decided.stash, decided) as new:
        bring(new, file)
        accepted = next(row for row in decided.stores.decisions.standing("scene", "1") if row.action == "accept")
        undo(decided.desk(), accepted.id)
        export_own(OwnStore(decided.stores.db), file, decided.clock)
        assert bring(new, file) == "0 references and 1 decisions were brought in."
        assert told(new) == told(decided)
        assert references(new) == references(decided)


def another_stash(old: FakeStash, **names: str) -> FakeStash:
    """The same files in a new Stash: every id is another one."""
    stash = FakeStash(ids=count(500), files=dict(old.files))
    for performer in old.performer_rows.values():
        stash.add_performer(names.get(performer.name, performer.name), stash_ids=performer.stash_ids)
    stash.add_scene("7", fingerprint="oshash1", path="/videos/1.mp4")
    stash.add_scene("1", fingerprint="oshash-another", path="/videos/other.mp4")
    return stash


def test_in_another_stash_people_are_found_by_name_and_scenes_by_fingerprint(
    decided: World, file: OwnZip, tmp_path: Path
) -> None:
    with fresh(tmp_path / "new", another_stash(decided.stash), decided) as new:
        assert bring(new, file) == "8 references and 4 decisions were brought in."
        ids = {performer.name: f"performer:{performer.id}" for performer in new.stash.performer_rows.values()}
        decisions = told(new)
        assert {(row[2], row[3]) for row in decisions} == {("scene", "7")}
        assert {row[4] for row in decisions} == {ids["Jane"], ids["Newcomer"]}
        assert {row[6]["performer_id"] for row in decisions if "performer_id" in row[6]} == {
            ids[name].removeprefix("performer:") for name in ("Jane", "Newcomer")
        }
        assert {row[0] for row in references(new)} == {ids[name] for name in ("Jane", "Mary", "Newcomer")}
        own = {row[2] for row in references(new) if row[1] == "performer"}
        assert own == {ids[name].removeprefix("performer:") for name in ("Jane", "Mary")}


def test_what_is_not_there_is_left_out_and_said(decided: World, file: OwnZip, tmp_path: Path) -> None:
    with fresh(tmp_path / "new", another_stash(decided.stash, Jane="Somebody else"), decided) as new:
        said = bring(new, file)
        assert said == (
            "4 references and 1 decisions were brought in. 1 performers were not found in this Stash by stash id or name. "
            "4 references and 3 decisions were left out, since what they are about is not here."
        )
        assert {row[4] for row in told(new)} == {
            f"performer:{one.id}" for one in new.stash.performer_rows.values() if one.name == "Newcomer"
        }
    with fresh(tmp_path / "empty", FakeStash(), decided) as empty:
        assert "4 decisions were left out" in bring(empty, file)
        assert told(empty) == []


def test_a_scene_whose_file_changed_in_the_same_stash_keeps_its_decisions(
    decided: World, file: OwnZip, tmp_path: Path
) -> None:
    decided.stash.scene_rows["1"] = replace(decided.stash.scene_rows["1"], fingerprint="new")
    with fresh(tmp_path / "new", decided.stash, decided) as new:
        assert "4 decisions were left out" in bring(new, file), "no other scene says that this is the same Stash"


@pytest.mark.parametrize("entry", ["own.json", "own.db"])
def test_a_damaged_file_is_refused_and_nothing_changes(
    decided: World, file: OwnZip, tmp_path: Path, entry: str
) -> None:
    with zipfile.ZipFile(file.path) as source, zipfile.ZipFile(tmp_path / "bad.zip", "w") as sink:
        for name in source.namelist():
            data = bytearray(source.read(name))
            data[len(data) // 2] ^= entry == name
            sink.writestr(name, bytes(data))
    bad = OwnZip(tmp_path / "bad.zip", tmp_path / "work")
    with fresh(tmp_path / "new", decided.stash, decided) as new:
        with pytest.raises(SetupError, match=r"bad\.zip"):
            bring(new, bad)
        assert (told(new), references(new)) == ([], [])
    assert list((tmp_path / "work").iterdir()) == []


def test_it_is_told_from_a_package(file: OwnZip, tmp_path: Path) -> None:
    package = a_package(tmp_path / "there")
    shared = GalleryFolders(tmp_path / "there").export("boxes", package.name, str(tmp_path / "x.zip"))
    with pytest.raises(SetupError, match=r"own\.json"), OwnZip(Path(shared), tmp_path / "work").read():
        pass
    with pytest.raises(SetupError, match=r"it has no manifest\.json"):
        GalleryFolders(tmp_path / "here").take(str(file.path), None)


def test_another_zip_is_refused(decided: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as sink:
        sink.writestr("a.txt", "x")
    with pytest.raises(SetupError, match=r"own\.json is missing"):
        bring(decided, OwnZip(tmp_path / "x.zip", tmp_path / "work"))
