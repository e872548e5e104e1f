from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.packages import (
    BOX,
    HOST,
    SPACE,
    a_package,
    a_package_person,
    reseal,
    vectors_of,
)

from stash_sense.adapters.galleries.package import Package
from stash_sense.core.catalogue.values import PersonId
from stash_sense.errors import SetupError, SpaceMismatchError

ROOT = Path(__file__).parents[4]
TWO = f"box:{HOST}:id-2"


@pytest.fixture
def package(built: Path):
    opened = Package.open(built, SPACE)
    yield opened
    opened.close()


def test_the_nearest_face_tells_whose_it_is(package: Package) -> None:
    for number in (1, 2, 3):
        (found,) = package.nearest(vectors_of(number)[:1], 4)
        assert [package.person_of(near.row) for near in found[:3]] == [f"box:{HOST}:id-{number}"] * 3
        assert found[0].score == pytest.approx(1.0, abs=0.01)
        assert package.person_of(found[3].row) != f"box:{HOST}:id-{number}"


def test_a_person_has_their_vectors_back(package: Package) -> None:
    likeness = vectors_of(2) @ package.references(TWO).T
    assert likeness.shape == (3, 3)
    assert likeness.max(axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    assert package.references("box:nowhere:x").shape == (0, SPACE.dims)


def test_what_is_known_about_a_person(package: Package) -> None:
    record = package.record(TWO)
    assert (record.id, record.name, record.performer_id) == (TWO, "Person 2", None)
    assert record.links == ({"endpoint": BOX, "stash_id": "id-2"},)
    assert package.crop(TWO) == b"\xff\xd8crop2"
    assert package.record("box:nowhere:x") is None
    assert package.record("performer:1") is None
    assert package.crop("performer:1") is None
    assert (package.people, package.faces) == (3, 9)


def test_a_merged_id_still_finds_the_person(tmp_path: Path) -> None:
    ids = (PersonId(BOX, "new"), PersonId(BOX, "old", retired=True), PersonId("http://other.example:9999/graphql", "x"))
    package = Package.open(a_package(tmp_path, [a_package_person(1, ids=ids)]), SPACE)
    for endpoint in (BOX, f"{BOX}/", "http://BOX.example/graphql"):
        assert package.by_stash_id(endpoint, "old") == f"box:{HOST}:new"
    assert package.by_stash_id("https://other.example/graphql", "x") is None, "another port is another server"
    assert (
        package.record(f"box:{HOST}:old")
        == package.record("box:other.example:9999:x")
        == package.record(f"box:{HOST}:new")
    )
    links = [link["stash_id"] for link in package.record(f"box:{HOST}:old").links]
    assert links == ["new", "x"], "a retired id must not be given to a new performer"
    assert [link["stash_id"] for link in package.links_to(f"box:{HOST}:new")] == ["new", "x", "old"]
    package.close()


def test_of_two_owners_of_a_stash_id_the_one_in_force_counts(tmp_path: Path) -> None:
    one = a_package_person(1, ids=(PersonId(BOX, "a"), PersonId(BOX, "shared", retired=True)))
    other = a_package_person(2, ids=(PersonId(BOX, "shared"),))
    package = Package.open(a_package(tmp_path, [one, other]))
    assert package.by_stash_id(BOX, "shared") == f"box:{HOST}:shared"
    assert [link["stash_id"] for link in package.links_to(f"box:{HOST}:a")] == ["a"]
    package.close()


def test_search_finds_names_first_then_aliases(tmp_path: Path) -> None:
    people = [
        a_package_person(1, name="Zoe Ann", aliases=("Annika",)),
        a_package_person(2, name="Ann Lee", aliases=()),
        a_package_person(3, name="Mia", aliases=("Ann 100%",)),
    ]
    package = Package.open(a_package(tmp_path, people))
    assert [person.name for person in package.search("ann", 9)] == ["Ann Lee", "Zoe Ann", "Mia"]
    assert [person.name for person in package.search("ann", 1)] == ["Ann Lee"]
    assert [person.name for person in package.search("100%", 9)] == ["Mia"]
    assert package.search("%", 9) == package.search("100%", 9)
    package.close()


def test_people_are_looked_up_with_the_standard_library_alone(built: Path) -> None:
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'plugin/py')\n"
        "from stash_sense.adapters.galleries.package import Package\n"
        f"package = Package.open(Path({str(built)!r}))\n"
        f"print(package.record({TWO!r}).name, len(package.crop({TWO!r})), package.search('person', 2)[1].name)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.stderr, done.stdout.strip()) == ("", "Person 2 7 Person 2")


def test_another_packs_vectors_are_refused_with_a_sentence(built: Path) -> None:
    for space in (replace(SPACE, pack="opencv"), replace(SPACE, revision="0"), replace(SPACE, dims=128)):
        with pytest.raises(SpaceMismatchError, match=rf"made with the model pack compact \({SPACE.revision}\)"):
            Package.open(built, space)


def files_of(folder: Path) -> dict[str, dict[str, object]]:
    return json.loads((folder / "manifest.json").read_text())["files"]


def test_a_database_of_another_build_is_seen(built: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "copy", a_package(tmp_path / "other")
    shutil.copytree(built, folder)
    shutil.copyfile(other / "people.db", folder / "people.db")
    reseal(folder, files={**files_of(folder), "people.db": files_of(other)["people.db"]})
    with pytest.raises(SetupError, match=r"people\.db is of another build"):
        Package.open(folder)


def test_an_index_of_another_build_is_seen_when_it_is_first_asked(built: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "copy", a_package(tmp_path / "other", [a_package_person(n) for n in (4, 5, 6)])
    shutil.copytree(built, folder)
    shutil.copyfile(other / "vectors.usearch", folder / "vectors.usearch")
    reseal(folder, files={**files_of(folder), "vectors.usearch": files_of(other)["vectors.usearch"]})
    package = Package.open(folder, SPACE)
    for _ in range(2):
        with pytest.raises(SetupError, match="disagree"):
            package.nearest(vectors_of(1), 1)
    with pytest.raises(SetupError, match="disagree"):
        package.person_of(1)
    package.close()


def test_a_damaged_database_is_a_sentence_that_names_it(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    data = bytearray((folder / "people.db").read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)  # the size still fits
    (folder / "people.db").write_bytes(data)
    with pytest.raises(SetupError, match=r"people\.db"):
        Package.open(folder).record(TWO)


def test_nothing_is_written_beside_a_package_that_is_read(built: Path) -> None:
    before = sorted(one.name for one in built.iterdir())
    package = Package.open(built, SPACE)
    package.nearest(vectors_of(1), 2)
    assert package.record(TWO) is not None
    assert sorted(one.name for one in built.iterdir()) == before == ["manifest.json", "people.db", "vectors.usearch"]
    package.close()
    with pytest.raises(sqlite3.ProgrammingError):
        package.record(TWO)
