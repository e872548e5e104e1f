"""Whenever a batch is cut short, the next run goes on, and nothing is made twice or left behind."""

from __future__ import annotations

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.batch_worlds import (
    EVERYWHERE,
    NAME,
    NOWHERE,
    batches,
    cast,
    named,
    performers,
    shown,
    with_zoe,
)
from tests.unit.usecases.worlds import World

from stash_sense.errors import RequestError, UncertainError


@pytest.fixture
def zoe(world: World) -> World:
    return with_zoe(world)


@pytest.mark.parametrize("write", range(1, 11))
def test_cut_short_anywhere_it_goes_on_and_makes_one_performer(
    zoe: World, write: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stash goes away at one of the writes, whose answer is lost although it was carried out."""
    batch_id = named(zoe, name=NAME)
    cut_after(zoe, write, monkeypatch)
    with pytest.raises(UncertainError):
        batches(zoe).carry_out(batch_id)
    assert shown(zoe, batch_id)["state"] == "waiting"
    monkeypatch.undo()
    batches(zoe).carry_out(batch_id)
    assert cast(zoe) == EVERYWHERE
    assert performers(zoe) == [NAME]
    assert (shown(zoe, batch_id)["done"], shown(zoe, batch_id)["failed"]) == (5, 0)
    batches(zoe).undo(batch_id)
    assert (cast(zoe), performers(zoe)) == (NOWHERE, [])


@pytest.mark.parametrize("write", range(1, 11, 2))
def test_cut_short_it_can_be_taken_back_as_well(zoe: World, write: int, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = named(zoe, name=NAME)
    cut_after(zoe, write, monkeypatch)
    with pytest.raises(UncertainError):
        batches(zoe).carry_out(batch_id)
    monkeypatch.undo()
    batches(zoe).undo(batch_id)
    assert (cast(zoe), performers(zoe)) == (NOWHERE, [])
    with pytest.raises(RequestError, match="taken back"):
        batches(zoe).carry_out(batch_id)


@pytest.mark.parametrize("write", range(1, 11))
def test_an_undo_that_was_cut_short_goes_on(zoe: World, write: int, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = named(zoe, name=NAME)
    batches(zoe).carry_out(batch_id)
    cut_after(zoe, write, monkeypatch)
    with pytest.raises(UncertainError):
        batches(zoe).undo(batch_id)
    monkeypatch.undo()
    assert shown(zoe, batch_id)["state"] == "undoing"
    batches(zoe).undo(batch_id)
    assert (cast(zoe), performers(zoe)) == (NOWHERE, [])
    assert shown(zoe, batch_id)["notes"] == [], "what a kill left half done is nobody else's change"


def cut_after(world: World, write: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the given write of performers on nothing gets an answer; that one is still carried out."""
    left = [write]
    for name in ("change", "create_performer", "destroy_performer"):
        real = getattr(world.stash, name)

        def cut(*args: object, _real: object = real, **more: object) -> object:
            left[0] -= 1
            done = _real(*args, **more) if left[0] >= 0 else None
            if left[0] <= 0:
                raise UncertainError("Stash gave no answer.")
            return done

        monkeypatch.setattr(world.stash, name, cut)


# Each item asks Stash for its scene twice: to carry out or take back, and to bring the tags in line.
CALLS = [1, 2, 5, 6, 9, 10]


@pytest.mark.parametrize("call", CALLS)
def test_killed_the_next_run_goes_on_and_writes_the_tags(zoe: World, call: int) -> None:
    before = {key: zoe.stash.tag_names(key) for key in zoe.stash.scene_rows}
    batch_id = named(zoe, name=NAME)
    for act in (batches(zoe).carry_out, batches(zoe).undo):
        zoe.stash.dies["scenes"] = call
        with pytest.raises(KeyboardInterrupt):
            act(batch_id)
        act(batch_id)
    assert {key: zoe.stash.tag_names(key) for key in zoe.stash.scene_rows} == before
    assert (cast(zoe), performers(zoe)) == (NOWHERE, [])


@pytest.mark.parametrize("call", CALLS)
def test_killed_it_can_be_taken_back(zoe: World, call: int) -> None:
    before = {key: zoe.stash.tag_names(key) for key in zoe.stash.scene_rows}
    batch_id = named(zoe, name=NAME)
    zoe.stash.dies["scenes"] = call
    with pytest.raises(KeyboardInterrupt):
        batches(zoe).carry_out(batch_id)
    batches(zoe).undo(batch_id)
    assert {key: zoe.stash.tag_names(key) for key in zoe.stash.scene_rows} == before
    assert (cast(zoe), performers(zoe)) == (NOWHERE, [])


@pytest.mark.parametrize("by", ["the undo", "Update gallery"])
def test_what_an_undo_killed_before_it_learned_has_left_is_caught_up(zoe: World, by: str) -> None:
    """Five scenes had outvoted Mary's own image; the undo is killed when the last name is off and nothing is learned again."""
    mary = zoe.stash.add_performer("Mary", image=jpeg(3))
    zoe.update_gallery()
    batch_id = named(zoe, person_id=f"performer:{mary.id}")
    batches(zoe).carry_out(batch_id)
    assert states(zoe)["performer"] == "set_aside"
    zoe.stash.dies["scenes"] = 10
    with pytest.raises(KeyboardInterrupt):
        batches(zoe).undo(batch_id)
    assert states(zoe) == {"performer": "set_aside"}
    if by == "the undo":
        batches(zoe).undo(batch_id)
    else:
        zoe.update_gallery()
    assert states(zoe) == {"performer": "used"}


def states(world: World) -> dict[str, str]:
    return dict(world.stores.db.execute("SELECT origin, state FROM reference").fetchall())
