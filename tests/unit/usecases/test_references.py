from __future__ import annotations

from typing import Any

from tests.fake_stash import jpeg
from tests.unit.usecases.worlds import World

from stash_sense.usecases.references import performer_view


def known(world: World, name: str, least: float = 0.5) -> dict[str, Any]:
    (performer,) = [row for row in world.stash.performer_rows.values() if row.name == name]
    view = performer_view(world.stores, performer.id, least=least)
    assert view.pop("performer_id") == performer.id
    return view


NOTHING = {"references": 0, "elsewhere": 0, "set_aside": 0, "waiting_scenes": 0, "waiting_images": 0}


def test_a_performer_counts_references_and_what_waits(jane: World) -> None:
    assert known(jane, "Jane") == {**NOTHING, "references": 1, "waiting_scenes": 1}
    assert known(jane, "Mary") == {**NOTHING, "references": 1}


def test_what_is_decided_waits_no_more(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "accept")
    assert known(jane, "Jane") == {**NOTHING, "references": 4}


def test_what_is_ruled_out_waits_no_more(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    assert known(jane, "Jane")["waiting_scenes"] == 0


def test_below_the_bound_nothing_waits(jane: World) -> None:
    media = jane.stores.media.get("scene", "1")
    (track,) = [one for one in jane.stores.media.tracks(media.id) if one.verdict == "suggested"]
    probability = track.candidates[0].probability
    assert known(jane, "Jane", least=probability)["waiting_scenes"] == 1
    assert known(jane, "Jane", least=probability + 0.001)["waiting_scenes"] == 0


def test_only_the_first_candidate_waits(jane: World) -> None:
    """Jane is suggested, so nobody waits for whoever came second."""
    track = jane.track_of("Jane")
    (mary,) = [person.id for person in jane.stores.gallery.people() if person.name == "Mary"]
    jane.stores.db.execute("UPDATE candidate SET rank = rank + 1 WHERE track_id = ?", (track,))
    jane.stores.db.execute(
        "INSERT OR REPLACE INTO candidate SELECT track_id, 9, ?, score, z, margin, probability, reference_count FROM candidate "
        "WHERE track_id = ? AND rank = 2",
        (mary, track),
    )
    assert known(jane, "Mary")["waiting_scenes"] == 0
    assert known(jane, "Jane")["waiting_scenes"] == 1, "whatever number the first one has"


def test_a_scene_with_two_faces_of_one_person_waits_once(jane: World) -> None:
    media = jane.stores.media.get("scene", "1")
    other = next(one for one in jane.stores.media.tracks(media.id) if one.verdict == "unknown")
    first = jane.stores.media.track(jane.track_of("Jane"))
    jane.stores.media.set_candidates(other.id, first.candidates[:1])
    jane.stores.media.set_verdict(other.id, "suggested", person_id=None, why="seen twice")
    assert known(jane, "Jane")["waiting_scenes"] == 1


def test_pictures_wait_beside_scenes(jane: World) -> None:
    jane.stores.db.execute("UPDATE media SET kind = 'image'")
    assert known(jane, "Jane") == {**NOTHING, "references": 1, "waiting_images": 1}


def test_faces_of_packages_and_those_set_aside_are_told_apart(jane: World) -> None:
    person = f"performer:{next(row.id for row in jane.stash.performer_rows.values() if row.name == 'Jane')}"
    jane.stores.gallery.put_elsewhere(person, 12, jpeg(1))
    jane.stores.db.execute("UPDATE reference SET state = 'set_aside' WHERE person_id = ?", (person,))
    view = known(jane, "Jane")
    assert (view["references"], view["elsewhere"], view["set_aside"]) == (0, 12, 1)


def test_nobody_of_that_id_is_known_by_nothing(jane: World) -> None:
    assert performer_view(jane.stores, "4711", least=0.5) == {"performer_id": "4711", **NOTHING}
