"""Answers of the plugin's operations as the panel meets them (design §10), built from small pieces."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

Json = dict[str, Any]


def a_picture(red: int, green: int, blue: int) -> str:
    """A data: URL of a plain 8 × 8 PNG."""
    rows = b"".join(b"\0" + bytes((red, green, blue)) * 8 for _ in range(8))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


SEEN, KNOWN = a_picture(150, 110, 90), a_picture(120, 90, 80)


def a_candidate(**changes: Any) -> Json:
    return {
        "person_id": "performer:4",
        "name": "Jane Doe",
        "disambiguation": None,
        "performer_id": "4",
        "stash_ids": [],
        "probability": 0.97,
        "score": 0.71,
        "references": 4,
        "crop": KNOWN,
        **changes,
    }


def a_person(**changes: Any) -> Json:
    return {
        "track_id": "7",
        "verdict": "suggested",
        "why": "12 good faces in 9 frames, clear margin",
        "crop": SEEN,
        "faces": 12,
        "best_time_s": 31.4,
        "segments": [[12.0, 95.2]],
        "quality": 0.83,
        "candidates": [a_candidate()],
        "person": None,
        "decision_id": None,
        "decided_by": None,
        **changes,
    }


ANNA = a_candidate(
    person_id="performer:5", performer_id="5", name="Anna B.", probability=0.31, score=0.38, references=2
)
UNKNOWN = a_person(
    track_id="8", verdict="unknown", candidates=[], faces=9, segments=[[130, 160]], why="nobody in the gallery is close"
)
WEAK = a_person(
    track_id="9", verdict="insufficient", candidates=[], faces=2, segments=[[200, 200]], why="faces under 36 px"
)


def scene(**changes: Any) -> Json:
    return {
        "scene_id": "12",
        "state": "analysed",
        "message": None,
        "analysed_at": "2026-01-31T12:00:00Z",
        "sampled": {"frames": 40, "faces": 63, "unusable": 9},
        "people": [a_person(candidates=[a_candidate(), ANNA]), UNKNOWN, WEAK],
        "cast": [{"performer_id": "9", "name": "Mary Roe", "seen": False, "reason": "no reference photo"}],
        **changes,
    }


def empty(state: str, **changes: Any) -> Json:
    return scene(
        **{"state": state, "people": [], "cast": [], "sampled": None, "analysed_at": None, "problems": [], **changes}
    )


def dependencies() -> Json:
    return {
        "ok": True,
        "runtime": "onnxruntime",
        "packages": {"numpy": "2.3.4", "onnxruntime": "1.23.2"},
        "message": None,
    }


def a_gallery() -> Json:
    """The library's own, as `status` counts it."""
    return {
        "people": 412,
        "references": 1650,
        "performers": 440,
        "performers_without": 28,
        "without": [{"performer_id": "9", "name": "Mary Roe", "reason": "the picture shows no face"}],
        "build": 7,
        "updated_at": "2026-01-30T10:00:00Z",
    }


def a_run(**changes: Any) -> Json:
    return {
        "run_id": "9",
        "kind": "plan_gallery",
        "state": "finished",
        "started_at": "2026-01-31T13:00:00Z",
        "finished_at": "2026-01-31T13:00:09Z",
        "done": 0,
        "total": 1,
        "failed": 0,
        "message": None,
        **changes,
    }


def past_runs() -> list[Json]:
    """The newest first: one with a few failures, one that stopped, one without steps."""
    identified = a_run(
        run_id="3",
        kind="identify_new",
        started_at="2026-01-31T12:00:00Z",
        finished_at="2026-01-31T12:09:00Z",
        done=120,
        total=120,
        failed=2,
        message="2 scenes could not be read; they carry the tag “Sense: failed”.",
    )
    stopped = a_run(
        run_id="2",
        kind="update_gallery",
        state="failed",
        started_at="2026-01-30T10:00:00Z",
        finished_at="2026-01-30T10:01:00Z",
        done=12,
        total=440,
        message="Stash did not answer for a minute, so the run stopped; start it again to go on.",
    )
    set_up = a_run(
        run_id="1", kind="set_up", started_at="2026-01-30T09:00:00Z", finished_at="2026-01-30T09:01:00Z", total=0
    )
    return [identified, stopped, set_up]


def status(**changes: Any) -> Json:
    return {
        "version": "0.1.0",
        "python": {"version": "3.12.3", "executable": "/usr/bin/python3", "start_ms": 43},
        "dependencies": dependencies(),
        "pack": {"name": "compact", "revision": "1", "ok": True, "message": None, "provisional": False},
        "packs": [],
        "gallery": a_gallery(),
        "queue": {"waiting": 0, "job_id": None},
        "sources": [],
        "packages": [],
        "outdated": [],
        "runs": past_runs(),
        "problems": [],
        **changes,
    }


def a_pack(**changes: Any) -> Json:
    """A model pack as `status` lists it: downloaded on request, free to use."""
    return {
        "name": "opencv",
        "revision": "1",
        "licence": "detector MIT, embedder Apache-2.0",
        "terms": None,
        "terms_url": None,
        "provisional": True,
        "size_bytes": 38928942,
        "ready": False,
        "runs_here": True,
        "chosen": False,
        "in_use": False,
        **changes,
    }


def calibration(**changes: Any) -> Json:
    """Never done."""
    return {
        "state": "never",
        "at": None,
        "pack": None,
        "in_use": False,
        "adjustment": None,
        "note": None,
        "to_rematch": 0,
        "proposals": [],
        "problems": [],
        **changes,
    }


NO_DEPENDENCIES = {
    "code": "dependencies",
    "message": "Stash Sense is not set up yet. Run the task “Set up or repair”.",
    "fix": "set_up",
}


def settings(**values: Any) -> list[Json]:
    """Answer of `settings`, from the plugin's own table."""
    from stash_sense.settings import SETTINGS

    return [
        {
            "key": one.key,
            "title": one.title,
            "kind": one.kind,
            "value": values.get(one.key, one.default),
            "default": one.default,
            "bounds": list(one.bounds) if one.bounds else None,
            "choices": list(one.choices),
            "help": one.help,
        }
        for one in SETTINGS
    ]
