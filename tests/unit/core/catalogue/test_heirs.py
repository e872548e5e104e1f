"""What became of people who are not listed any more."""

from __future__ import annotations

from stash_sense.core.catalogue.heirs import Fate, fate_of, unknown_heirs
from stash_sense.core.catalogue.values import BoxPerson, PersonState


def person(box_id: str, state: PersonState = "live", heir: str | None = None) -> BoxPerson:
    return BoxPerson("https://box.test/graphql", box_id, state, box_id, heir=heir)


def known(*people: BoxPerson) -> dict[str, BoxPerson | None]:
    return {one.box_id: one for one in people}


def test_a_chain_is_followed_to_its_end() -> None:
    world = known(person("a", "merged", "b"), person("b", "merged", "c"), person("c"))
    assert fate_of("a", world) == Fate("merged", "c")


def test_a_chain_that_ends_nowhere_has_no_heir() -> None:
    gone: dict[str, BoxPerson | None] = {**known(person("a", "merged", "b"), person("d", "merged", "e")), "b": None}
    gone |= known(person("e", "deleted"), person("f", "merged"))
    assert [fate_of(box_id, gone) for box_id in "adf"] == [Fate("merged")] * 3


def test_a_circle_ends() -> None:
    assert fate_of("a", known(person("a", "merged", "b"), person("b", "merged", "a"))) == Fate("merged")


def test_the_deleted_and_the_unknown_are_deleted() -> None:
    assert fate_of("a", known(person("a", "deleted"))) == fate_of("b", {"b": None}) == Fate("deleted")


def test_who_has_to_be_looked_up_is_named_once() -> None:
    world = known(person("a", "merged", "x"), person("b", "merged", "x"), person("c"))
    assert unknown_heirs(["a", "b", "c", "d"], world) == ["x", "d"]
