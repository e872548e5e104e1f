"""Who was ruled out for a track never comes back for it, whatever becomes of the person."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import a_person
from tests.fake_package import BOX, FakePackage
from tests.fake_stash import SPACE, jpeg
from tests.unit.usecases.worlds import World

from stash_sense.usecases.keep import stored_probe
from stash_sense.usecases.ports import StashId
from stash_sense.usecases.undo import undo


def rematch(world: World) -> None:
    world.rematcher().all(world.report())


def candidates(world: World) -> set[str]:
    media = world.stores.media.get("scene", "1")
    return {one.person_id for track in world.stores.media.tracks(media.id) for one in track.candidates}


def performer(world: World, name: str) -> str:
    return next(row.id for row in world.stash.performer_rows.values() if row.name == name)


def test_after_a_new_name(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    number = performer(jane, "Jane")
    jane.stash.performer_rows[number] = replace(jane.stash.performer_rows[number], name="Janet")
    jane.update_gallery()
    rematch(jane)
    assert jane.verdicts() == ["rejected", "unknown"]


def test_after_the_ruled_out_performer_was_merged_into_another(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    gone = performer(jane, "Jane")
    heir = jane.stash.add_performer("Janet", image=jpeg(1), aliases=("Jane",))
    del jane.stash.performer_rows[gone]
    jane.update_gallery()
    for _ in range(2):
        assert f"performer:{heir.id}" not in candidates(jane)
        assert jane.verdicts() == ["rejected", "unknown"]
        rematch(jane)


def test_after_a_suggested_performer_was_merged_into_the_ruled_out_one(jane: World) -> None:
    """Both were candidates; before the next match, too, the heir must not stand there under the other's rank."""
    twin = jane.stash.add_performer("Twin", image=jpeg(1))
    jane.update_gallery()
    rematch(jane)
    track = next(
        t for t in jane.stores.media.tracks(1) if {c.person_id for c in t.candidates} >= {f"performer:{twin.id}"}
    )
    first, second = [one.person_id for one in track.candidates][:2]
    jane.choose(track.id, "reject", person_id=first)
    gone, heir = second.removeprefix("performer:"), first.removeprefix("performer:")
    name = jane.stash.performer_rows.pop(gone).name
    jane.stash.performer_rows[heir] = replace(jane.stash.performer_rows[heir], aliases=(name,))
    jane.update_gallery()
    assert first not in candidates(jane)
    assert jane.stores.media.track(track.id).verdict == "rejected"
    assert not jane.stores.media.get("scene", "1").told, "the next run tells Stash"
    rematch(jane)
    assert first not in candidates(jane)


def test_a_merge_takes_nobody_elses_suggestion_away(jane: World) -> None:
    """Mary was ruled out; somebody far down the list turns out to be Mary, while Jane is suggested."""
    track = jane.track_of("Jane")
    mary, twin = performer(jane, "Mary"), jane.stash.add_performer("Twin", image=jpeg(1))
    jane.choose(track, "reject", person_id=f"performer:{mary}")
    jane.update_gallery()
    first = jane.stores.media.track(track).candidates[0]
    assert first.person_id == f"performer:{performer(jane, 'Jane')}"
    second = replace(first, person_id=f"performer:{twin.id}", rank=2)
    jane.stores.media.set_candidates(track, [first, second])
    jane.stores.media.set_verdict(track, "suggested", person_id=None, why="12 good faces")
    jane.stash.performer_rows[mary] = replace(jane.stash.performer_rows[mary], aliases=("Twin",))
    del jane.stash.performer_rows[twin.id]
    jane.update_gallery()
    after = jane.stores.media.track(track)
    assert [one.person_id for one in after.candidates] == [first.person_id]
    assert (after.verdict, after.why) == ("suggested", "12 good faces")


def test_a_merge_leaves_a_candidate_once(jane: World) -> None:
    twin = jane.stash.add_performer("Twin", image=jpeg(1))
    jane.update_gallery()
    rematch(jane)
    old = performer(jane, "Jane")
    jane.stash.performer_rows[twin.id] = replace(jane.stash.performer_rows[twin.id], aliases=("Jane",))
    del jane.stash.performer_rows[old]
    jane.update_gallery()
    for track in jane.stores.media.tracks(1):
        ids = [one.person_id for one in track.candidates]
        assert len(ids) == len(set(ids))
    assert jane.verdicts() == ["suggested", "unknown"]


def test_who_was_ruled_out_is_known_without_a_look_at_all_people(jane: World) -> None:
    """Matching thousands of scenes again asks this for each rejection."""
    for name in ("Jane", "Mary"):
        number = performer(jane, name)
        jane.stash.performer_rows[number] = replace(
            jane.stash.performer_rows[number], stash_ids=(StashId(BOX, name), StashId("https://other.example", name))
        )
    jane.update_gallery()
    jane.choose(jane.track_of("Jane"), "reject")
    matcher, asked = jane.matcher(), list[str]()
    matcher.refresh()
    probes = [stored_probe(track, SPACE.dims) for track in jane.stores.media.tracks(1)]
    jane.stores.db.set_trace_callback(asked.append)
    memory = matcher.remember("scene", "1", probes)
    jane.stores.db.set_trace_callback(None)
    assert set().union(*memory.rejected) == {f"performer:{performer(jane, 'Jane')}"}
    assert [sql for sql in asked if "FROM person" in sql] == []


def boxed(jane: World) -> None:
    """A package that knows the stranger, too."""
    jane.packages = [FakePackage({"box:box.example:r": ("r",)}, {5: ("box:box.example:r", a_person(9))})]
    jane.stores.gallery.bump()
    rematch(jane)


def stranger(jane: World) -> int:
    return next(t.id for t in jane.stores.media.tracks(1) if "box:box.example:r" in {c.person_id for c in t.candidates})


def test_somebody_of_a_package_becomes_a_performer_and_the_package_goes(jane: World) -> None:
    boxed(jane)
    jane.choose(stranger(jane), "reject")
    jane.stash.add_performer("Roe", image=jpeg(9), stash_ids=(StashId(BOX, "r"),))
    jane.update_gallery()
    jane.packages = []
    jane.stores.gallery.bump()
    rematch(jane)
    assert jane.verdicts() == ["rejected", "suggested"]


def test_a_performer_is_deleted_and_known_from_a_package_only(jane: World) -> None:
    roe = jane.stash.add_performer("Roe", image=jpeg(9), stash_ids=(StashId(BOX, "r"),))
    jane.update_gallery()
    rematch(jane)
    jane.choose(jane.track_of("Roe"), "reject")
    del jane.stash.performer_rows[roe.id]
    jane.update_gallery()
    boxed(jane)
    assert jane.verdicts() == ["rejected", "suggested"]


def test_undoing_a_rejection_brings_nobody_back_who_is_gone(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "reject")
    del jane.stash.performer_rows[performer(jane, "Jane")]
    jane.update_gallery()
    undo(jane.desk(), decision)
    people = {person.id for person in jane.stores.gallery.people()}
    assert candidates(jane) <= people
