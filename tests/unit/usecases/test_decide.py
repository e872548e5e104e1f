from __future__ import annotations

import pytest
from tests.unit.usecases.worlds import World

from stash_sense.errors import NotFoundError, RequestError, ServerError, UncertainError
from stash_sense.usecases.undo import undo


def cast(world: World) -> list[str]:
    return [performer.name for performer in world.stash.scene_rows["1"].performers]


def actions(world: World) -> list[str]:
    """What was decided, in order; what was cut short is told by its state."""
    rows = world.stores.db.execute("SELECT action FROM decision WHERE state = 'done' ORDER BY id")
    return [action for (action,) in rows]


def stranger(world: World) -> int:
    media = world.stores.media.get("scene", "1")
    (track,) = [track for track in world.stores.media.tracks(media.id) if track.verdict == "unknown"]
    return track.id


def test_accepting_adds_the_performer_and_enrols_the_best_faces(jane: World) -> None:
    before = jane.stores.gallery.counts()["references"]
    jane.choose(jane.track_of("Jane"), "accept")
    assert cast(jane) == ["Jane"]
    assert jane.stores.gallery.counts()["references"] == before + 3
    assert jane.stash.tag_names() == {"Sense: unknown person", "Sense: done"}
    assert "Sense: maybe Jane" not in jane.stash.tags.values(), (
        "the tag of a person is destroyed when nothing carries it"
    )


def test_only_add_and_remove_are_ever_asked_for(jane: World) -> None:
    track = jane.track_of("Jane")
    jane.stash.writes.clear()
    decision = jane.choose(track, "accept")
    undo(jane.desk(), decision)
    performers = [
        (write[5], write[6]) for write in jane.stash.writes if write[0] == "change" and (write[5] or write[6])
    ]
    assert len(performers) == 2
    assert performers[0][0] == performers[1][1]


def test_undo_takes_back_everything_that_the_decision_did(jane: World) -> None:
    tags, references = jane.stash.tag_names(), jane.stores.gallery.counts()["references"]
    undone = undo(jane.desk(), jane.choose(jane.track_of("Jane"), "accept"))
    assert undone.message == "Jane was taken off the scene."
    assert (cast(jane), jane.stash.tag_names()) == ([], tags)
    assert jane.stores.gallery.counts()["references"] == references
    assert jane.verdicts() == ["suggested", "unknown"]


def test_undo_leaves_a_performer_who_was_there_before(jane: World) -> None:
    track = jane.track_of("Jane")
    (performer,) = [row for row in jane.stash.performer_rows.values() if row.name == "Jane"]
    jane.stash.change("scene", ["1"], add_performers=[performer.id])
    undone = undo(jane.desk(), jane.choose(track, "accept"))
    assert undone.message == "Jane was on the scene before and stays."
    assert cast(jane) == ["Jane"]


def test_undo_says_so_where_somebody_has_changed_it_since(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "accept")
    jane.stash.change("scene", ["1"], remove_performers=[jane.stash.scene_rows["1"].performers[0].id])
    assert "taken off the scene meanwhile" in undo(jane.desk(), decision).message


def test_undo_of_a_deleted_scene_puts_back_our_own_notes(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "accept")
    del jane.stash.scene_rows["1"]
    assert "not in Stash any more" in undo(jane.desk(), decision).message


@pytest.mark.parametrize("call", ["change", "destroy_performer"])
def test_an_undo_cut_short_goes_on(jane: World, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people = dict(jane.stash.performer_rows)
    track = stranger(jane)
    decision, real = jane.choose(track, "assign", name="Zoe"), getattr(jane.stash, call)

    def carried_out_without_a_word(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        raise UncertainError("Stash did not answer in time.")

    with monkeypatch.context() as patched, pytest.raises(UncertainError):
        patched.setattr(jane.stash, call, carried_out_without_a_word)
        undo(jane.desk(), decision)
    assert jane.stores.media.track(track).verdict == "accepted"
    assert jane.stores.decisions.pending(track) is None, "an undo is not a decision to go on with"
    undone = undo(jane.desk(), decision)
    assert (undone.message, undone.left) == (
        "Zoe was taken off the scene, and the performer made for it was deleted.",
        False,
    )
    assert (cast(jane), jane.stash.performer_rows) == ([], people)
    assert actions(jane) == ["assign", "undo"]
    with pytest.raises(RequestError, match="undone already"):
        undo(jane.desk(), decision)


def test_an_undo_that_stash_refused_goes_on(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "accept")
    jane.stash.refuse = ServerError("Stash is away.")
    with pytest.raises(ServerError):
        undo(jane.desk(), decision)
    jane.stash.refuse = None
    assert undo(jane.desk(), decision).message == "Jane was taken off the scene."
    assert actions(jane) == ["accept", "undo"]


def test_a_decision_is_undone_once(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "reject")
    undo(jane.desk(), decision)
    with pytest.raises(RequestError, match="undone already"):
        undo(jane.desk(), decision)
    with pytest.raises(RequestError, match="no such decision"):
        undo(jane.desk(), 999)


def test_rejecting_and_undoing_brings_the_suggestion_back(jane: World) -> None:
    track, tags = jane.track_of("Jane"), jane.stash.tag_names()
    decision = jane.choose(track, "reject")
    assert jane.stores.media.track(track).verdict == "rejected"
    assert jane.stores.media.track(track).candidates == ()
    undo(jane.desk(), decision)
    assert jane.track_of("Jane") == track
    assert jane.stash.tag_names() == tags


def test_a_stranger_can_be_given_a_new_name_and_it_can_be_taken_back(jane: World) -> None:
    decision = jane.choose(stranger(jane), "assign", name="Zoe")
    assert cast(jane) == ["Zoe"]
    assert jane.stores.gallery.counts()["people"] == 3
    undone = undo(jane.desk(), decision)
    assert "was deleted" in undone.message
    assert "Zoe" not in [row.name for row in jane.stash.performer_rows.values()]
    assert [person.name for person in jane.stores.gallery.people()] == ["Jane", "Mary"]


def test_a_new_performer_who_is_used_elsewhere_by_now_survives_the_undo(jane: World) -> None:
    decision = jane.choose(stranger(jane), "assign", name="Zoe")
    zoe = jane.stash.scene_rows["1"].performers
    jane.stash.add_scene("2", performers=zoe)
    assert "used elsewhere" in undo(jane.desk(), decision).message
    assert "Zoe" in [row.name for row in jane.stash.performer_rows.values()]


def test_a_stranger_can_be_assigned_to_a_performer_the_gallery_does_not_know(jane: World) -> None:
    zoe = jane.stash.add_performer("Zoe")
    jane.choose(stranger(jane), "assign", performer_id=zoe.id)
    assert cast(jane) == ["Zoe"]


def test_skipping_leaves_nothing_to_review(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "skip")
    assert "Sense: to review" not in jane.stash.tag_names()


def test_accepting_twice_is_one_decision(jane: World) -> None:
    track = jane.track_of("Jane")
    assert jane.choose(track, "accept") == jane.choose(track, "accept")
    assert len(jane.stores.decisions.standing("scene", "1")) == 1


@pytest.mark.parametrize(
    ("action", "who", "sentence"),
    [
        ("accept", {"person_id": "performer:999"}, "not in Stash any more"),
        ("assign", {}, "Say who it is"),
        ("assign", {"name": "  "}, "needs a name"),
        ("dance", {}, "no action called dance"),
    ],
)
def test_impossible_choices_change_nothing(jane: World, action: str, who: dict[str, str], sentence: str) -> None:
    jane.stash.writes.clear()
    with pytest.raises(RequestError, match=sentence):
        jane.choose(jane.track_of("Jane"), action, **who)
    assert jane.stash.writes == []
    assert jane.stores.decisions.standing("scene", "1") == []


def test_a_track_of_an_earlier_analysis_is_out_of_date(jane: World) -> None:
    with pytest.raises(RequestError, match="out of date"):
        jane.choose(999, "accept")


def test_an_accepted_track_is_not_rejected_but_undone_first(jane: World) -> None:
    track = jane.track_of("Jane")
    jane.choose(track, "accept")
    for action in ("reject", "skip"):
        with pytest.raises(RequestError, match="undo that decision first"):
            jane.choose(track, action)


def test_stash_refusing_leaves_no_decision(jane: World) -> None:
    track = jane.track_of("Jane")
    jane.stash.refuse = ServerError("Stash is away.")
    with pytest.raises(ServerError):
        jane.choose(track, "accept")
    assert jane.stores.decisions.standing("scene", "1") == []
    assert jane.stores.media.track(track).verdict == "suggested"
    assert jane.stores.decisions.pending(track) is None


def test_killed_between_stash_and_database_the_undo_still_knows_what_was_ours(jane: World) -> None:
    track = jane.track_of("Jane")
    finish = type(jane.stores.decisions).finish

    class KilledError(BaseException):
        pass

    def killed(*args: object, **kwargs: object) -> None:
        raise KilledError

    type(jane.stores.decisions).finish = killed
    try:
        with pytest.raises(KilledError):
            jane.choose(track, "accept")
    finally:
        type(jane.stores.decisions).finish = finish
    assert cast(jane) == ["Jane"]
    decision = jane.choose(track, "accept")
    assert undo(jane.desk(), decision).message == "Jane was taken off the scene."
    assert cast(jane) == []


def test_no_answer_in_time_is_remembered_so_that_undo_still_knows_what_was_ours(jane: World) -> None:
    track, change = jane.track_of("Jane"), jane.stash.change

    def carried_out_without_a_word(*args: object, **kwargs: object) -> None:
        change(*args, **kwargs)
        raise UncertainError("Stash did not answer in time.")

    jane.stash.change = carried_out_without_a_word
    with pytest.raises(UncertainError):
        jane.choose(track, "accept")
    jane.stash.change = change
    assert undo(jane.desk(), jane.choose(track, "accept")).message == "Jane was taken off the scene."


def test_a_half_done_decision_about_somebody_else_is_taken_back_first(jane: World) -> None:
    track, change = jane.track_of("Jane"), jane.stash.change

    def carried_out_without_a_word(*args: object, **kwargs: object) -> None:
        change(*args, **kwargs)
        raise UncertainError("Stash did not answer in time.")

    jane.stash.change = carried_out_without_a_word
    with pytest.raises(UncertainError):
        jane.choose(track, "accept")
    jane.stash.change = change
    jane.choose(track, "assign", name="Zoe")
    assert cast(jane) == ["Zoe"]


def test_a_performer_created_by_a_decision_cut_short_is_not_created_twice(jane: World) -> None:
    track, change = stranger(jane), jane.stash.change

    def lost(*args: object, **kwargs: object) -> None:
        raise UncertainError("Stash did not answer in time.")

    jane.stash.change = lost
    with pytest.raises(UncertainError):
        jane.choose(track, "assign", name="Zoe")
    jane.stash.change = change
    decision = jane.choose(track, "assign", name="Zoe")
    assert [row.name for row in jane.stash.performer_rows.values()].count("Zoe") == 1
    assert "was deleted" in undo(jane.desk(), decision).message


def test_tags_that_cannot_be_written_do_not_undo_the_decision(jane: World) -> None:
    track = jane.track_of("Jane")
    change = jane.stash.change

    def no_tags(*args: object, **kwargs: object) -> None:
        if kwargs.get("add_tags") or kwargs.get("remove_tags"):
            raise ServerError("Stash is away.")
        change(*args, **kwargs)

    jane.stash.change = no_tags
    jane.choose(track, "accept")
    assert cast(jane) == ["Jane"]
    jane.stash.change = change
    assert jane.identifier().scene(jane.stash.scene_rows["1"]) == "done", "the next run brings the tags in line"
    assert jane.stash.tag_names() == {"Sense: unknown person", "Sense: done"}


def test_a_deleted_scene_is_said_so(jane: World) -> None:
    track = jane.track_of("Jane")
    del jane.stash.scene_rows["1"]
    with pytest.raises(NotFoundError, match="not in Stash any more"):
        jane.choose(track, "accept")
