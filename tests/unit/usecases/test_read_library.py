"""The copy of the library follows Stash: only what has changed is read, nothing is lost by a kill, and what is gone goes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.curation import FactLibrary
from tests.unit.usecases.worlds import World, a_world

from stash_sense.usecases.read_library import KINDS, PAGE, LibraryReader


def read(world: World, library: FactLibrary, *, full: bool = False) -> list[str]:
    """Brings the copy up to date; returns what was asked for."""
    library.taken()
    LibraryReader(world.stores, library).read(world.report(), full=full)
    return library.taken()


def assert_same(world: World, library: FactLibrary) -> None:
    stored = world.stores.library
    assert list(stored.performers()) == [one for _, one in sorted(library.rows["performer"].items())]
    assert list(stored.media("scene")) == [one for _, one in sorted(library.rows["scene"].items())]
    assert {one.id for one in stored.media("image")} == set(library.ids("image"))


@pytest.fixture
def library() -> FactLibrary:
    made = FactLibrary()
    for number in range(1, 4):
        made.performer(number)
    for number in range(1, 2 * PAGE + 51):
        made.scene(number, 1)
    made.scene(1, 1, 2, kind="image")
    made.scene(2, 1, kind="image")
    return made


def test_the_first_run_reads_everything_and_the_next_one_what_has_changed(world: World, library: FactLibrary) -> None:
    assert len(read(world, library)) == 3 + 2 * PAGE + 50 + 1
    assert_same(world, library)
    assert read(world, library) == []
    library.scene(7, 2)
    library.performer(4)
    assert read(world, library) == ["performer:4", "scene:7"]
    assert_same(world, library)


def test_on_demand_everything_is_read_again(world: World, library: FactLibrary) -> None:
    read(world, library)
    assert len(read(world, library, full=True)) == 3 + 2 * PAGE + 50 + 1


def test_a_sweep_that_was_killed_goes_on_where_it_was(world: World, library: FactLibrary) -> None:
    library.dies_after = 3 + PAGE + 20
    with pytest.raises(KeyboardInterrupt):
        read(world, library)
    assert world.stores.library.mark("scene") is None, "the mark moves only at the end"
    library.scene(5, 2)  # changed after it was read, before the sweep ended
    rest = read(world, library)
    assert rest[0] == f"scene:{PAGE + 1}"
    assert "scene:5" not in rest
    assert "scene:5" in read(world, library)
    assert_same(world, library)


def test_a_full_run_does_not_take_an_incremental_sweep_for_its_own(world: World, library: FactLibrary) -> None:
    read(world, library)
    for number in range(1, PAGE + 31):
        library.scene(number, 2)
    library.dies_after = PAGE + 20
    with pytest.raises(KeyboardInterrupt):
        read(world, library)
    assert len(read(world, library, full=True)) == 3 + 2 * PAGE + 50 + 1


def test_what_is_gone_is_forgotten_and_a_merge_is_followed(world: World, library: FactLibrary) -> None:
    library.scene(9, 1, 3)
    read(world, library)
    library.destroy("scene", 8)
    library.merge(3, 2)
    assert read(world, library) == ["scene:9"], "the merge left no trace but the performer's absence"
    assert_same(world, library)


def test_what_is_listed_and_not_known_is_read_whatever_its_date(world: World, library: FactLibrary) -> None:
    read(world, library)
    library.scene(900, 1)
    library.stamps["scene", 900] = 1  # such as from a backup
    assert read(world, library) == ["scene:900"]


def test_an_empty_library_is_read_too(world: World) -> None:
    library = FactLibrary()
    assert read(world, library) == []
    library.performer(1)
    assert read(world, library) == ["performer:1"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 6), st.lists(st.integers(1, 4), max_size=2, unique=True)),
        st.tuples(st.just("destroy"), st.sampled_from(["scene", "performer"]), st.integers(1, 6)),
        st.tuples(st.just("run"), st.one_of(st.none(), st.integers(0, 6)), st.booleans()),
    ),
    max_size=15,
)


@settings(deadline=None, max_examples=30)
@given(steps=STEPS)
def test_whatever_happens_in_between_the_copy_ends_up_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object, object]]
) -> None:
    library = FactLibrary()
    for number in range(1, 5):
        library.performer(number)
    with a_world(tmp_path_factory.mktemp("library")) as world, pytest.MonkeyPatch.context() as patch:
        patch.setattr("stash_sense.usecases.read_library.PAGE", 2)
        for what, one, other in steps:
            if what == "put":
                library.scene(one, *(each for each in other if each in library.rows["performer"]))
            elif what == "destroy":
                if other in library.rows[one]:
                    library.destroy(one, other)
            else:
                library.dies_after = one
                with suppress(KeyboardInterrupt):
                    read(world, library, full=other)
                library.dies_after = None
        read(world, library)
        read(world, library)  # what changed while a sweep lay half done is later than its mark
        assert_same(world, library)
        assert all(world.stores.library.under_way(kind) is None for kind in KINDS)
