from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.packages import BOX, HOST, NOW, SOURCE, SPACE, a_package, a_package_person, vectors_of

from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.package import Package
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.catalogue.package import Manifest
from stash_sense.core.catalogue.values import PackagePerson, PersonId, Shortfall, Statement
from stash_sense.errors import RequestError, SetupError
from stash_sense.usecases.packages import Packages, people_and_faces

ROOT = Path(__file__).parents[3]


@pytest.fixture
def packages(tmp_path: Path):
    with closing(open_database(tmp_path)) as db:
        yield Packages(SqliteStores(db), GalleryFolders(tmp_path / "galleries"), lambda: NOW)


def built(packages: Packages, *numbers: int) -> str:
    """A new build of "boxes" with these people, in the data folder but not in use."""
    return a_package(packages.folders.root, [a_package_person(number) for number in numbers]).name


def in_use(packages: Packages, name: str = "boxes") -> tuple[str, str | None]:
    gallery = packages.stores.packages.get(name)
    return gallery.build_id, gallery.previous


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_build_is_used_once_it_is_activated(packages: Packages) -> None:
    build, before = built(packages, 1, 2, 3), packages.stores.gallery.build()
    gallery = packages.activate("boxes", build)
    assert (gallery.people, gallery.faces, gallery.pack, gallery.revision, gallery.activated_at) == (
        3,
        9,
        "compact",
        SPACE.revision,
        NOW,
    )
    assert packages.stores.packages.all() == [gallery]
    assert packages.stores.gallery.build() == before + 1, "scenes are matched again"


def test_the_build_before_is_kept_and_the_one_before_that_is_not(packages: Packages) -> None:
    builds = []
    for number in (1, 2, 3):
        builds.append(built(packages, number))
        packages.activate("boxes", builds[-1])
    assert in_use(packages) == (builds[2], builds[1])
    assert packages.folders.builds("boxes") == sorted(builds[1:])
    packages.activate("boxes", builds[2])
    assert in_use(packages) == (builds[2], builds[1]), "the same again changes nothing"


def test_one_can_go_back_and_forth(packages: Packages) -> None:
    one, other = built(packages, 1), built(packages, 2, 3)
    with pytest.raises(RequestError, match="no gallery called “boxes” in use"):
        packages.rollback("boxes")
    packages.activate("boxes", one)
    with pytest.raises(RequestError, match="no earlier build"):
        packages.rollback("boxes")
    other = built(packages, 2, 3)
    packages.activate("boxes", other)
    assert "1 people with 3 faces" in packages.rollback("boxes")
    assert in_use(packages) == (one, other)
    packages.rollback("boxes")
    assert in_use(packages) == (other, one)


@pytest.mark.parametrize("file", ["manifest.json", "people.db", "vectors.usearch"])
def test_a_damaged_build_is_not_used_and_the_old_one_stays(packages: Packages, file: str) -> None:
    one = built(packages, 1)
    packages.activate("boxes", one)
    other, before = built(packages, 2), packages.stores.gallery.build()
    flip(packages.folders.folder("boxes", other) / file)
    with pytest.raises(SetupError, match=file.replace(".", r"\.")):
        packages.activate("boxes", other)
    assert in_use(packages) == (one, None)
    assert packages.stores.gallery.build() == before


def test_going_back_to_a_damaged_build_is_refused(packages: Packages) -> None:
    one = built(packages, 1)
    packages.activate("boxes", one)
    other = built(packages, 2)
    packages.activate("boxes", other)
    flip(packages.folders.folder("boxes", one) / "people.db")
    with pytest.raises(SetupError, match=r"people\.db"):
        packages.rollback("boxes")
    assert in_use(packages) == (other, one)


def test_a_gallery_is_shared(packages: Packages, tmp_path: Path) -> None:
    packages.activate("boxes", built(packages, 1, 2, 3))
    said = packages.export("boxes", str(tmp_path / "x.zip"))
    assert said == f"The gallery “boxes” (3 people, 9 faces) was written to {tmp_path / 'x.zip'}."
    with closing(open_database(tmp_path / "other")) as db:
        theirs = Packages(SqliteStores(db), GalleryFolders(tmp_path / "other" / "galleries"), lambda: NOW)
        said = theirs.bring(str(tmp_path / "x.zip"), SPACE)
        assert said == (
            "The gallery “imported” is in use now: 3 people with 9 faces from Box, complete with 3 of 3 at 2026-11-23T12:00:00Z."
        )
        first = in_use(theirs, "imported")[0]
        second = built(packages, 1, 2, 4)
        packages.activate("boxes", second)
        packages.export_update("boxes", str(tmp_path / "update.zip"))
        theirs.bring(str(tmp_path / "update.zip"), SPACE)
        assert in_use(theirs, "imported") == (second, first)
        with pytest.raises(SetupError, match="not a zip file"):
            theirs.bring(__file__, SPACE)
        assert in_use(theirs, "imported") == (second, first), "the gallery in use stays"


def test_an_update_needs_an_earlier_build(packages: Packages, tmp_path: Path) -> None:
    packages.activate("boxes", built(packages, 1))
    with pytest.raises(RequestError, match="no earlier build"):
        packages.export_update("boxes", str(tmp_path / "x.zip"))


def test_a_gallery_that_is_removed_is_gone_from_the_disk(packages: Packages) -> None:
    packages.activate("boxes", built(packages, 1))
    before = packages.stores.gallery.build()
    assert packages.remove("boxes") == "The gallery “boxes” was removed."
    assert packages.stores.packages.all() == []
    assert packages.folders.builds("boxes") == []
    assert packages.stores.gallery.build() == before + 1
    with pytest.raises(RequestError, match="there are: none"):
        packages.remove("boxes")


def test_a_kill_between_switch_and_tidying_loses_nothing(packages: Packages) -> None:
    class Killed(GalleryFolders):
        def tidy(self, name: str, keep: object) -> None:
            raise KeyboardInterrupt

    one = built(packages, 1)
    packages.activate("boxes", one)
    other = built(packages, 2)
    with pytest.raises(KeyboardInterrupt):
        replace(packages, folders=Killed(packages.folders.root)).activate("boxes", other)
    assert in_use(packages) == (other, one)
    assert packages.folders.verify("boxes", other).people == 1


KILLED = """
import os, signal, sys
sys.path[:0] = ["plugin/py"]
from pathlib import Path
from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.usecases.packages import Packages

data, source, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def count(event, arguments):
    global left
    if event in {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfile", "shutil.rmtree", "sqlite3.connect"}:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
Packages(SqliteStores(open_database(data)), GalleryFolders(data / "galleries"), lambda: "now").bring(source, None)
"""


def test_an_import_killed_at_any_instant_leaves_the_old_gallery_or_the_new_one(tmp_path: Path) -> None:
    there, data = GalleryFolders(tmp_path / "there"), tmp_path / "data"
    old, new = (a_package(there.root, [a_package_person(number)]).name for number in (1, 2))
    files = {build: str(there.export("boxes", build, str(tmp_path / f"{build}.zip"))) for build in (old, new)}
    with closing(open_database(data)) as db:
        packages = Packages(SqliteStores(db), GalleryFolders(data / "galleries"), lambda: NOW)
        packages.bring(files[old], SPACE)
        killed = 0
        for instant in range(1, 60, 4):
            arguments = [sys.executable, "-S", "-E", "-c", KILLED, str(data), files[new], str(instant)]
            done = subprocess.run(arguments, check=False, cwd=ROOT, capture_output=True)
            assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
            killed += done.returncode != 0
            build, previous = in_use(packages, "imported")
            assert (build, previous) in {(old, None), (new, old)}
            assert packages.folders.verify("imported", build).people == 1
            if build == new:
                packages.rollback("imported")
                packages.stores.packages.put(replace(packages.stores.packages.get("imported"), previous=None))
                packages.folders.tidy("imported", {old})
        assert killed >= 5
        packages.bring(files[new], SPACE)
        assert in_use(packages, "imported") == (new, old)
        kept = sorted(path.name for path in (packages.folders.root / "imported").iterdir())
        assert kept == sorted([old, new]), "and what the kills have left is gone"


def a_manifest(*statements: Statement | None) -> Manifest:
    sources = tuple(replace(SOURCE, statement=statement) for statement in statements)
    return Manifest("x", "b", NOW, None, "compact", "1", 32, 1234, 5678, "", {}, sources)


def test_what_is_said_about_completeness_is_what_was_stated() -> None:
    whole = Statement(True, 1234, 1234, NOW, "snapshot")
    short = Statement(False, 1230, 1234, NOW, "pages", short=(Shortfall("born 1990", 4),))
    assert people_and_faces(a_manifest()) == "1,234 people with 5,678 faces"
    assert people_and_faces(a_manifest(None)) == "1,234 people with 5,678 faces from Box"
    assert people_and_faces(a_manifest(whole, short)) == (
        f"1,234 people with 5,678 faces from Box, complete with 1,234 of 1,234 at {NOW}; Box, 4 short of 1,234 at {NOW}"
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PEOPLE = st.dictionaries(
    st.integers(0, 10_000),
    st.tuples(
        TEXT,
        st.lists(TEXT, max_size=3),
        st.integers(0, 4),
        st.lists(TEXT, max_size=2),
        st.none() | st.binary(max_size=9),
    ),
    max_size=6,
)


def people_of(drawn: dict[int, tuple[str, list[str], int, list[str], bytes | None]]) -> list[PackagePerson]:
    return [
        a_package_person(
            number, count=count, name=name, aliases=tuple(aliases), crop=crop, urls=(),
            ids=(PersonId(BOX, f"id-{number}"), *(PersonId(BOX, f"{number}-{old}", retired=True) for old in olds)),
        )
        for number, (name, aliases, count, olds, crop) in drawn.items()
    ]  # fmt: skip


def everything(package: Package, numbers: list[int]) -> list[object]:
    """All a package says about these people."""
    ids = [f"box:{HOST}:id-{number}" for number in numbers]
    told = [[package.record(one), package.crop(one), sorted(package.references(one).tolist())] for one in ids]
    near = package.nearest(vectors_of(1), 50)
    return [told, [sorted((one.row, round(one.score, 5), package.person_of(one.row)) for one in row) for row in near]]


@settings(max_examples=25)
@given(first=PEOPLE, second=PEOPLE)
def test_whatever_is_in_it_comes_through_export_import_and_update(
    tmp_path_factory: pytest.TempPathFactory, first: dict, second: dict
) -> None:
    root = tmp_path_factory.mktemp("round")
    old, new = (a_package(root / "here", people_of(drawn)) for drawn in (first, second))
    here, there = GalleryFolders(root / "here"), GalleryFolders(root / "there")
    there.take(str(here.export("boxes", old.name, str(root / "x.zip"))), SPACE)
    there.take(str(here.write_update("boxes", old.name, new.name, str(root / "u.zip"))), SPACE)
    for build, drawn in ((old, first), (new, second)):
        one, other = Package.open(build, SPACE), Package.open(there.folder("imported", build.name), SPACE)
        assert everything(one, list(drawn)) == everything(other, list(drawn))
        assert one.manifest.content == other.manifest.content
        one.close()
        other.close()
