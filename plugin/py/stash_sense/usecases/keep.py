"""Tracks with their decisions → rows of sense.db."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from stash_sense.core.codec import from_blob, from_blobs, join_blobs, split_blob, to_blob
from stash_sense.core.matching.cluster import screen_time
from stash_sense.core.matching.probe import Probe
from stash_sense.core.records import CandidateRecord, FaceRecord, TrackRecord
from stash_sense.core.values import Box, Candidate, Decision, Detection, Face, Quality, Track
from stash_sense.usecases.matching import Memory

FACES_KEPT = 5  # evidence for the panel and for enrolment: 5 × (1 KB vector + ≤ 6 KB crop) a track
CANDIDATES_KEPT = 8


def track_records(
    tracks: Sequence[Track], probes: Sequence[Probe], decisions: Sequence[Decision], memory: Memory, step_s: float
) -> list[TrackRecord]:
    """One row per track, with what the user said earlier about the same person put above what the evidence says."""
    return [
        _record(
            track, probe, step_s, *settled(index, decision, memory), candidates=candidate_records(decision.candidates)
        )
        for index, (track, probe, decision) in enumerate(zip(tracks, probes, decisions, strict=True))
    ]


def settled(index: int, decision: Decision, memory: Memory) -> tuple[str, str | None, str]:
    """Verdict, person and reason of a track: the user's standing decision, else the evidence's."""
    if (named := memory.named.get(index)) is not None:
        why = "confirmed by you" if named.actor == "user" else "added by itself, as your settings say"
        return "accepted", named.person_id, why
    if index in memory.skipped:
        return "unknown", None, "left without a name by you"
    if decision.verdict not in {"suggested", "accepted"}:
        for track, rejection in memory.rejections:
            if track == index:
                return "rejected", None, f"you said that this is not {rejection.after.get('name', 'the one suggested')}"
        return decision.verdict, None, decision.why
    return "suggested", None, decision.why  # accepting by itself is a write to Stash and goes through the desk


def is_automatic(index: int, decision: Decision, memory: Memory) -> bool:
    """Whether the settings say to accept it without asking; what the user has decided comes first.

    Somebody who is not in the library yet is never accepted so: that would make a performer nobody asked for.
    """
    settles = decision.verdict == "accepted" and settled(index, decision, memory)[0] == "suggested"
    return settles and decision.candidates[0].person_id.startswith("performer:")


def candidate_records(candidates: Sequence[Candidate]) -> tuple[CandidateRecord, ...]:
    return tuple(
        CandidateRecord(c.person_id, c.score, c.z, c.margin, c.probability, c.references, rank)
        for rank, c in enumerate(candidates[:CANDIDATES_KEPT], start=1)
    )


def evidence_of(probe: Probe) -> dict[str, object]:
    """What matching needs of a track besides its template and counts."""
    return {
        "size_px": round(probe.size_px, 1),
        "confidence": round(probe.confidence, 3),
        "weakest": probe.weakest,
        "frame_numbers": sorted(probe.frame_numbers),
        "kind": probe.kind,
        "still": round(probe.still, 3),
    }


def stored_probe(track: TrackRecord, dims: int) -> Probe:
    """A stored track as the question who it is. Raises SpaceMismatchError if its vector has another length."""
    evidence = track.evidence
    return Probe(
        template=from_blobs([track.template], dims=dims)[0],
        faces=track.faces,
        frames=track.frames,
        quality=track.quality,
        size_px=evidence["size_px"],
        confidence=evidence["confidence"],
        weakest=evidence["weakest"],
        frame_numbers=frozenset(evidence["frame_numbers"]),
        kind=evidence["kind"],
        exemplars=split_blob(track.exemplars, dims=dims),
        still=evidence.get("still", 0.0),  # not noted of scenes analysed before stills were looked for
    )


def _record(
    track: Track,
    probe: Probe,
    step_s: float,
    verdict: str,
    person_id: str | None,
    why: str,
    *,
    candidates: tuple[CandidateRecord, ...],
) -> TrackRecord:
    return TrackRecord(
        template=to_blob(track.template),
        faces=len(track.faces),
        frames=track.frames,
        quality=track.quality,
        best_time_s=next((face.time_s for face in track.faces if face.time_s is not None), None),
        crop=track.best.crop,
        segments=track.segments,
        screen_time_s=screen_time(track, step_s),
        evidence=evidence_of(probe),
        verdict=verdict,
        person_id=person_id,
        why=why,
        kept=tuple(_face(face) for face in track.faces[:FACES_KEPT]),
        candidates=candidates,
        exemplars=b"" if probe.exemplars is None else join_blobs(probe.exemplars),
    )


def face_of(record: FaceRecord, *, frame: int) -> Face:
    """A stored face as if it had just been found in frame number `frame`."""
    left, top, right, bottom = record.box
    return Face(
        frame=frame,
        time_s=record.time_s,
        detection=Detection(Box(left, top, right, bottom), np.array(record.landmarks, np.float32), record.confidence),
        quality=Quality(**record.parts),
        vector=from_blob(record.vector),
        crop=record.crop,
        kind=record.kind,
    )


def _face(face: Face) -> FaceRecord:
    box, landmarks = face.detection.box, face.detection.landmarks
    return FaceRecord(
        frame=face.frame,
        time_s=face.time_s,
        kind=face.kind,
        box=tuple(round(edge, 1) for edge in (box.left, box.top, box.right, box.bottom)),
        landmarks=tuple((round(float(x), 1), round(float(y), 1)) for x, y in landmarks),
        confidence=round(face.detection.confidence, 4),
        quality=face.quality.total,
        parts={part.name: round(getattr(face.quality, part.name), 4) for part in fields(Quality)},
        vector=to_blob(face.vector),
        crop=face.crop,
    )
