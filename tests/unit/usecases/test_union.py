"""Library and packages searched as one."""

from __future__ import annotations

import numpy as np
from tests.fake_package import BOX, FakePackage

from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.core.matching.score import ArrayGallery
from stash_sense.core.records import PersonRecord
from stash_sense.usecases.union import Union

FACES = np.eye(8, dtype=np.float32)


def performer(number: int, *ids: str) -> PersonRecord:
    links = tuple({"endpoint": BOX, "stash_id": one} for one in ids)
    return PersonRecord(f"performer:{number}", f"P{number}", None, str(number), links)


def union(rows: list[tuple[str, int]], packages: list[FakePackage], performers: tuple[PersonRecord, ...] = ()) -> Union:
    vectors = FACES[[at for _, at in rows]]
    library = ArrayGallery([person for person, _ in rows], vectors)
    return Union(library, ExactIndex(vectors), packages, {person.id: person for person in performers})


def names(gallery: Union, probe: int) -> list[str]:
    return [gallery.person_of(near.row) for near in gallery.nearest(FACES[[probe]], 10)[0] if near.score > 0.5]


def test_a_person_of_a_package_who_is_a_performer_goes_by_the_performer() -> None:
    package = FakePackage(
        {"box:b:x": ("x",), "box:b:y": ("y",)}, {2**63 - 1: ("box:b:x", FACES[1]), 7: ("box:b:y", FACES[2])}
    )
    gallery = union([("performer:4", 0)], [package], (performer(4, "x"),))
    assert names(gallery, 1) == ["performer:4"]
    assert names(gallery, 2) == ["box:b:y"]
    assert gallery.references("performer:4").tolist() == FACES[[0, 1]].tolist()
    assert gallery.references("box:b:y").tolist() == FACES[[2]].tolist()
    assert gallery.people == 2


def test_a_performer_without_references_of_her_own_is_known_by_the_package() -> None:
    package = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", FACES[1])})
    gallery = union([("performer:9", 0)], [package], (performer(4, "x"), performer(9)))
    assert names(gallery, 1) == ["performer:4"]
    assert gallery.references("performer:4").tolist() == FACES[[1]].tolist()
    assert gallery.people == 2


def test_an_outdated_stash_id_still_finds_the_person() -> None:
    package = FakePackage({"box:b:x": ("x", "old-x")}, {5: ("box:b:x", FACES[1])})
    gallery = union([("performer:9", 0)], [package], (performer(4, "old-x"), performer(9)))
    assert names(gallery, 1) == ["performer:4"]


def test_two_performers_with_the_same_stash_id_leave_the_person_to_the_older_one() -> None:
    package = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", FACES[1])})
    gallery = union([("performer:9", 0)], [package], (performer(9, "x"), performer(4, "x")))
    assert names(gallery, 1) == ["performer:4"]


def test_two_packages_that_share_a_stash_id_know_one_person() -> None:
    first = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", FACES[1])})
    second = FakePackage({"box:c:z": ("z", "x")}, {5: ("box:c:z", FACES[2])})
    gallery = union([("performer:9", 0)], [first, second], (performer(9),))
    assert names(gallery, 1) == names(gallery, 2) == ["box:b:x"]
    assert gallery.references("box:b:x").tolist() == FACES[[1, 2]].tolist()
    assert gallery.present_name("box:c:z") == "box:b:x"


def test_the_best_of_all_parts_come_first_and_no_more_than_asked_for() -> None:
    package = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", FACES[1]), 6: ("box:b:x", FACES[2])})
    gallery = union([("performer:9", 0)], [package], (performer(9),))
    probe = np.array([[0.2, 0.9, 0.4, 0, 0, 0, 0, 0]], dtype=np.float32)
    found = gallery.nearest(probe, 2)[0]
    assert [gallery.person_of(near.row) for near in found] == ["box:b:x", "box:b:x"]
    assert [round(near.score, 2) for near in found] == [0.9, 0.4]


def test_what_to_show_of_a_stranger_comes_from_the_package() -> None:
    package = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", FACES[1])})
    gallery = union([("performer:9", 0)], [package], (performer(9),))
    found = gallery.record("box:b:x")
    assert found is not None
    assert (found[0].name, found[1]) == ("name of box:b:x", b"box:b:x")
    assert gallery.record("performer:9") is None


def test_without_packages_it_is_the_library() -> None:
    gallery = union([("performer:9", 0), ("performer:9", 1)], [])
    assert names(gallery, 1) == ["performer:9"]
    assert gallery.people == 1


def test_closing_lets_the_packages_go() -> None:
    package = FakePackage({}, {})
    union([("performer:9", 0)], [package]).close()
    assert package.closed


def test_the_same_face_in_two_packages_counts_once() -> None:
    again = FACES[1] + np.float32(0.02) * FACES[2]
    first = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", FACES[1]), 6: ("box:b:x", FACES[3])})
    second = FakePackage({"box:b:x": ("x",)}, {5: ("box:b:x", again / np.linalg.norm(again)), 7: ("box:b:x", FACES[4])})
    gallery = union([("performer:4", 1)], [first, second], (performer(4, "x"),))
    assert gallery.references("performer:4").tolist() == FACES[[1, 3, 4]].tolist()
