from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.builders import unit
from tests.packages import (
    BOX,
    HOST,
    NOW,
    SOURCE,
    SPACE,
    a_header,
    a_package,
    a_package_person,
    faces_for,
    vectors_of,
)

from stash_sense.adapters.galleries.manifest import read_manifest, verify
from stash_sense.adapters.galleries.package import Package
from stash_sense.adapters.galleries.package_writer import write_package
from stash_sense.adapters.galleries.staging import PREFIX
from stash_sense.core.catalogue.values import PersonId
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import SetupError, SpaceMismatchError

ROOT = Path(__file__).parents[4]


def test_the_manifest_tells_what_is_in_it(built: Path) -> None:
    manifest = verify(built)
    assert (manifest.people, manifest.faces, manifest.dims) == (3, 9, SPACE.dims)
    assert (manifest.name, manifest.build_id, manifest.created_at) == ("boxes", built.name, NOW)
    assert manifest.sources == (SOURCE,)


def test_the_order_of_people_and_faces_does_not_matter(tmp_path: Path) -> None:
    people = [a_package_person(number) for number in (1, 2, 3)]
    turned = [replace(person, faces=person.faces[::-1]) for person in reversed(people)]
    one, other = (read_manifest(a_package(tmp_path, some)) for some in (people, turned))
    assert one.content == other.content
    assert one.build_id != other.build_id


@pytest.mark.parametrize(
    "change",
    [
        {"name": "X"}, {"disambiguation": "X"}, {"aliases": ()}, {"urls": ()}, {"gender": None}, {"birth_date": None}, {"country": None},
        {"crop": None}, {"ids": (PersonId(BOX, "id-1"), PersonId(BOX, "b", retired=True))}, {"faces": faces_for(1, vectors_of(1)[:2])},
        {"faces": faces_for(1, unit(vectors_of(1) + 0.05))},
    ],
)  # fmt: skip
def test_every_change_of_a_person_changes_the_content(tmp_path: Path, change: dict[str, object]) -> None:
    one = a_package_person(1)
    contents = {read_manifest(a_package(tmp_path, [person])).content for person in (one, replace(one, **change))}
    assert len(contents) == 2


def test_the_same_picture_twice_gives_two_faces(tmp_path: Path) -> None:
    face = faces_for(1, vectors_of(1)[:1])[0]
    package = Package.open(
        a_package(tmp_path, [a_package_person(1, faces=(face, replace(face, image_id="other")))]), SPACE
    )
    assert package.faces == 2
    assert len(package.references(f"box:{HOST}:id-1")) == 2
    package.close()


def test_people_without_a_face_are_left_out(tmp_path: Path) -> None:
    manifest = read_manifest(a_package(tmp_path, [a_package_person(1), a_package_person(2, faces=())]))
    assert (manifest.people, manifest.faces) == (1, 3)


def test_an_empty_package_is_one_too(tmp_path: Path) -> None:
    package = Package.open(a_package(tmp_path, []), SPACE)
    assert package.nearest(vectors_of(1), 3) == [[], [], []]
    assert (package.people, package.search("a", 3)) == (0, [])
    package.close()


def test_a_person_who_comes_twice_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="comes twice"):
        a_package(tmp_path, [a_package_person(1), a_package_person(1)])
    assert list((tmp_path / "boxes").iterdir()) == []


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpaceMismatchError):
        write_package(tmp_path, a_header(space=EmbeddingSpace("compact", "1", 64)), [a_package_person(1)])
    assert list((tmp_path / "boxes").iterdir()) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)  # the operating system's answer, not ours
    with pytest.raises(SetupError, match=r"full|No space"):
        a_package(tmp_path)
    assert list((tmp_path / "boxes").iterdir()) == []


KILLED = """
import os, signal, sys
sys.path[:0] = ["plugin/py", "."]
from pathlib import Path
from tests.packages import a_package, a_package_person

def people():
    for number in range(1, 6):
        if number == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
        yield a_package_person(number)

a_package(Path({root!r}), people())
"""


def test_a_kill_leaves_only_what_the_next_build_removes(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED.format(root=str(tmp_path), at=3)], check=False, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL
    assert [one.name[: len(PREFIX)] for one in (tmp_path / "boxes").iterdir()] == [PREFIX, PREFIX]
    built = a_package(tmp_path)
    assert list((tmp_path / "boxes").iterdir()) == [built]
