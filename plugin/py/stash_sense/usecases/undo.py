"""Takes a decision back: what it added goes, what it replaced returns, unless somebody has changed it since; then it says so.

Noted as pending before Stash is told: when a first try was cut short, what is gone by the second was taken off by ourselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from stash_sense.core.records import CandidateRecord, DecisionRecord
from stash_sense.errors import NotFoundError, RequestError
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.learn_again import LearningAgain
from stash_sense.usecases.library_people import hand_over

SUGGESTED_AGAIN = "The suggestion is back."


@dataclass(frozen=True, slots=True)
class Undone:
    """message: what was put back, and what was left because somebody had changed it. left: whether anything was."""

    decision: DecisionRecord
    message: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of it in Stash. left: something had changed since, and stays."""

    message: str
    left: bool = False


def undo(desk: Desk, decision_id: int, *, learn: bool = True) -> Undone:
    """Undoes one decision. Raises RequestError if it cannot be undone, ServerError if Stash refuses; a second try then goes on.

    learn: False leaves it to the caller to learn the person again.
    """
    decision = _decision(desk, decision_id)
    if decision.undone_by is not None:
        raise RequestError("This decision has been undone already.")
    begun = desk.stores.decisions.begun_undo(decision)
    undo_id = begun or _note(desk, decision)
    told = _Told(SUGGESTED_AGAIN)
    if decision.action in {"accept", "assign"}:
        told = _undo_in_stash(desk, decision, again=begun is not None)
        decision = _decision(desk, decision_id)  # whose performer was made goes by another id now
    learned = learn and desk.stores.gallery.people_of_origin("confirmed", str(decision_id))
    again = LearningAgain.of_faces(desk, decision.pack, decision.revision) if learned else None
    with desk.stores.transaction():
        after = {"name": decision.after.get("name"), "message": told.message}
        desk.stores.decisions.finish(undo_id, person_id=decision.person_id, after=after)
        desk.stores.decisions.set_undone(decision_id, undo_id)
        _put_back(desk, decision, again)
    desk.refresh_tags(decision.kind, decision.stash_id)
    return Undone(decision, told.message, told.left)


def take_away(desk: Desk, performer_id: str, chosen: str | None) -> bool:
    """Deletes a performer that was made for a decision; False: it is used elsewhere by now and stays. Raises ServerError.

    chosen: the person that the performer was made of; whoever comes from a package goes by the id from there once more.
    """
    if desk.editor.performer_use(performer_id):
        return False
    desk.editor.destroy_performer(performer_id)
    found = desk.look_up(chosen) if chosen and chosen.startswith("box:") else None
    with desk.stores.transaction():
        if found is not None:
            desk.stores.gallery.put_person(found[0], desk.now, crop=found[1])
        hand_over(desk.stores, f"performer:{performer_id}", found[0] if found else None)
    return True


def _decision(desk: Desk, decision_id: int) -> DecisionRecord:
    decision = desk.stores.decisions.get(decision_id)
    if decision is None or decision.action == "undo":
        raise RequestError("There is no such decision to undo.")
    return decision


def _note(desk: Desk, decision: DecisionRecord) -> int:
    record = DecisionRecord(
        at=desk.now,
        actor="user",
        action="undo",
        state="pending",
        kind=decision.kind,
        stash_id=decision.stash_id,
        track_id=decision.track_id,
        person_id=decision.person_id,
        template=None,
        before={"decision_id": decision.id},
        after={},
    )
    with desk.stores.transaction():
        return desk.stores.decisions.add(record)


def _undo_in_stash(desk: Desk, decision: DecisionRecord, *, again: bool) -> _Told:
    name, performer_id = decision.after.get("name", "The performer"), decision.after.get("performer_id")
    if not decision.after.get("added") or performer_id is None:
        return _Told(f"{name} was on the {decision.kind} before and stays.")
    if _still_wanted(desk, decision):
        return _Told(f"{name} stays: another decision on this {decision.kind} names the same person.", left=True)
    try:
        item = desk.current(decision.kind, decision.stash_id)
    except NotFoundError:
        return _Told(f"The {decision.kind} is not in Stash any more; only our own notes were put back.", left=True)
    if performer_id in {performer.id for performer in item.performers}:
        desk.editor.change(decision.kind, [decision.stash_id], remove_performers=[performer_id])
    elif not again:
        text = f"{name} had been taken off the {decision.kind} meanwhile; only our own notes were put back."
        return _Told(text, left=True)
    if decision.after.get("created"):
        return _drop_created(desk, decision, name, performer_id)
    return _Told(f"{name} was taken off the {decision.kind}.")


def _still_wanted(desk: Desk, decision: DecisionRecord) -> bool:
    standing = desk.stores.decisions.standing(decision.kind, decision.stash_id)
    return any(
        other.id != decision.id and other.action in {"accept", "assign"} and other.person_id == decision.person_id
        for other in standing
    )


def _drop_created(desk: Desk, decision: DecisionRecord, name: str, performer_id: str) -> _Told:
    if not take_away(desk, performer_id, decision.before.get("person_id")):
        text = f"{name} was taken off the {decision.kind}; the performer stays, since it is used elsewhere by now."
        return _Told(text, left=True)
    return _Told(f"{name} was taken off the {decision.kind}, and the performer made for it was deleted.")


def _put_back(desk: Desk, decision: DecisionRecord, again: LearningAgain | None) -> None:
    stores = desk.stores
    if stores.gallery.drop_origin("confirmed", str(decision.id)):
        if again is not None and decision.person_id is not None:
            again.person(decision.person_id)
        stores.gallery.bump()
    track = stores.media.track(decision.track_id) if decision.track_id is not None else None
    if track is None:
        return
    old = decision.before["track"]
    stores.media.set_verdict(track.id, old["verdict"], person_id=old["person_id"], why=old["why"])
    if "candidates" in decision.before:
        rows = [CandidateRecord(**row) for row in decision.before["candidates"]]
        known = [
            row for row in rows if stores.gallery.person(row.person_id) is not None
        ]  # others were merged or deleted since
        stores.media.set_candidates(track.id, known)
