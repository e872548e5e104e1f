"""A scene never testifies for itself: the gallery without its faces is the gallery that never had them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import a_calibration, a_person, looks, unit
from tests.fake_package import BOX, FakePackage
from tests.fake_stash import SPACE
from tests.synthetic import Synthetic
from tests.unit.usecases.worlds import World

from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.core.matching.score import ArrayGallery, PersonScore
from stash_sense.core.records import PersonRecord
from stash_sense.core.values import Vectors
from stash_sense.usecases.holdout import Holdout
from stash_sense.usecases.matching import score_all
from stash_sense.usecases.union import Union

SCORING = a_calibration().scoring
COUNT = 6  # neighbours: few, so that those beyond them would be missed


def performer(number: int) -> PersonRecord:
    links = ({"endpoint": BOX, "stash_id": f"id{number}"},)
    return PersonRecord(f"performer:{number}", f"P{number}", None, str(number), links)


def a_package() -> FakePackage:
    """Knows performer 2 under an id of its own (one face of hers is the library's first), and a stranger."""
    faces = {
        3: ("box:b:two", looks(a_person(2), 1, seed=200)[0]),
        4: ("box:b:two", looks(a_person(2), 9)[0]),
        5: ("box:b:x", a_person(77)),
    }
    return FakePackage({"box:b:two": ("id2",), "box:b:x": ("idx",)}, faces)


def union(people: list[int], vectors: Vectors, *, packaged: bool) -> Union:
    persons = [f"performer:{number}" for number in people]
    performers = {f"performer:{number}": performer(number) for number in range(1, 7)}
    return Union(ArrayGallery(persons, vectors), ExactIndex(vectors), [a_package()] if packaged else [], performers)


def plain(scores: list[PersonScore]) -> list[tuple[str, int, int]]:
    return [(one.person_id, one.references, one.people) for one in scores]


@settings(max_examples=150, deadline=None)
@given(
    counts=st.lists(st.integers(0, 4), min_size=6, max_size=6),
    left_out=st.sets(st.integers(0, 23)),
    seed=st.integers(0, 50),
    packaged=st.booleans(),
)
def test_it_is_as_if_the_scene_had_never_put_a_face_there(
    counts: list[int], left_out: set[int], seed: int, packaged: bool
) -> None:
    people = [number for number, count in enumerate(counts, start=1) for _ in range(count)]
    vectors = (
        np.array(
            [looks(a_person(number), 9, seed=0 if number == 2 else row)[row % 9] for row, number in enumerate(people)]
        )
        .reshape(len(people), SPACE.dims)
        .astype(np.float32)
    )
    rows = {row for row in left_out if row < len(people)}
    kept = [row for row in range(len(people)) if row not in rows]
    whole = union(people, vectors, packaged=packaged)
    without = union([people[row] for row in kept], vectors[kept], packaged=packaged)
    holdout = Holdout(whole, frozenset(rows))
    assert holdout.people == without.people
    for number in range(1, 7):
        known = without.own_references(f"performer:{number}") is not None or without.is_elsewhere(f"performer:{number}")
        assert holdout.knows(f"performer:{number}") == known
    probe = unit(np.random.default_rng(seed).normal(size=SPACE.dims) + 2 * a_person(1 + seed % 6))
    views = np.stack([probe, unit(probe + 0.5 * a_person(2))]).astype(np.float32)
    (found,) = score_all([views], holdout, SCORING)
    (wanted,) = score_all([views], without, SCORING)
    assert plain(found) == plain(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert (one.score, one.z, one.margin, one.floor) == pytest.approx(
            (other.score, other.z, other.margin, other.floor), abs=1e-5
        )


def test_nothing_left_out_is_the_gallery_itself() -> None:
    people, vectors = [1, 1, 3], looks(a_person(1), 3)
    whole = union(people, vectors, packaged=True)
    assert Holdout(whole).people == whole.people == 4
    assert np.array_equal(Holdout(whole).references("performer:1"), whole.references("performer:1"))


def test_the_store_knows_which_rows_a_scene_has_put_there(world: World) -> None:
    """By the decision behind a reference; those of images, of pictures and of undone decisions are nobody's scene."""
    made = Synthetic(world.stores, SPACE)
    made.enrol({performer: [made.centre(performer)] for performer in (1, 2, 30)})
    look = made.look(2, 0.8, 5)
    accepted = made.decide(7, look, "accept", 2)
    with world.stores.transaction():
        made.refer(2, look, "confirmed", str(accepted))
        made.refer(1, made.look(1, 0.8, 6), "image", "7")
    gallery = world.stores.gallery
    persons = [person for person, _, _ in gallery.used(pack=SPACE.pack, revision=SPACE.revision)]
    ((row, scene),) = gallery.rows_of_scenes(pack=SPACE.pack, revision=SPACE.revision)
    assert scene == "7"
    assert persons[row] == "performer:2"
    assert persons.index("performer:2") == row - 1, "after her own picture"
    assert gallery.rows_of_scenes(pack="other", revision="1") == []
