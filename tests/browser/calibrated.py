"""The answer of `calibration` for a library in which the model pack states a little too much."""

from __future__ import annotations

from typing import Any

from tests.browser import answers
from tests.browser.fake_stash import Json

# stated, right, names
BEFORE = """0.04 0.01 420, 0.15 0.08 61, 0.26 0.12 33, 0.36 0.2 30, 0.44 0.26 31, 0.55 0.33 30, 0.66 0.41 34, 0.74 0.55 40, 0.86 0.68 66,
0.99 0.975 880"""
AFTER = """0.03 0.02 480, 0.14 0.16 70, 0.25 0.22 49, 0.35 0.38 42, 0.45 0.41 39, 0.55 0.58 38, 0.65 0.6 40, 0.75 0.77 52, 0.86 0.87 71,
0.99 0.991 744"""
# bound, precision, recall, names
CURVE = """0.05 0.72 1.0 1300, 0.15 0.81 0.99 1180, 0.25 0.86 0.985 1080, 0.35 0.9 0.975 1030, 0.5 0.938 0.955 970, 0.6 0.957 0.935 930,
0.75 0.973 0.9 880, 0.9 0.987 0.82 790, 0.95 0.993 0.74 707, 0.98 0.996 0.6 570, 0.99 0.998 0.46 440"""


def _rows(table: str, *names: str) -> list[Json]:
    rows = [[float(cell) for cell in row.split()] for row in table.replace("\n", " ").split(",")]
    return [{**dict(zip(names, row, strict=True)), "names": int(row[-1])} for row in rows]


def _suspect(scene_id: str, title: str, kind: str, performer: str, name: str, **more: Any) -> Json:
    return {"scene_id": scene_id, "title": title, "kind": kind, "performer_id": performer, "name": name, **more}


def calibrated(**changes: Any) -> Json:
    """Adjusted, with two proposals and two scenes to look at."""
    beach = "A day at the beach"
    figures = {
        "state": "adjusted",
        "at": "2026-01-31T12:00:00Z",
        "pack": "compact",
        "in_use": True,
        "adjustment": {"slope": 0.88, "offset": -0.61},
        "to_rematch": 612,
        "tracks": 1731,
        "scenes": 540,
        "right": 948,
        "wrong": 677,
        "said": 84,
        "left_out": {"incomplete": 92, "given_away": 14},
        "needed": {"scenes": 30, "right": 20, "wrong": 20},
        "wanted": 0.98,
        "noise": 0.012,
        "before": {"error": 0.061, "loss": 0.161, "bins": _rows(BEFORE, "stated", "right", "names")},
        "after": {"error": 0.014, "loss": 0.121, "bins": _rows(AFTER, "stated", "right", "names")},
        "curve": _rows(CURVE, "bound", "precision", "recall", "names"),
        "proposals": [
            {"key": "review_from", "current": 60, "value": 88, "precision": 0.9865, "low": 0.9803, "names": 812},
            {"key": "auto_accept", "current": 0, "value": 99, "precision": 0.9985, "low": 0.9952, "names": 702},
        ],
        "check_cast": [
            _suspect("12", beach, "missing", "4", "Jane Doe", probability=0.994, frames=14, both=True),
            _suspect("12", beach, "not_seen", "9", "Mary Roe", probability=0.004, frames=0, both=True),
            _suspect("31", "", "missing", "5", "Anna B.", probability=0.971, frames=1, both=False),
        ],
        "check_cast_total": 3,
    }
    return answers.calibration(**{**figures, **changes})
