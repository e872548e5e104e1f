"""What the operations `calibration` and `status` say about the calibration on the library. Standard library only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stash_sense.adapters.models.manifest import read_manifest
from stash_sense.core.matching.adjust import fingerprint
from stash_sense.core.run_records import CalibrationRecord
from stash_sense.entry.wiring_packs import info_in_use
from stash_sense.errors import SetupError
from stash_sense.settings import Value
from stash_sense.usecases.stores import Stores

OUTDATED = (
    "The calibration on your library was made for another model (pack “{pack}”) than the one in use, so the model pack's own is in use: "
    "run “Calibrate on my library” again."
)


def describe(stores: Stores, settings: dict[str, Value], data_dir: Path) -> dict[str, Any]:
    """The answer of `calibration`."""
    latest, force = stores.calibrations.latest(), stores.calibrations.in_force()
    note = _note(force, stores, settings, data_dir)
    adjusted = force is not None and force.outcome == "adjusted"
    figures: dict[str, Any] = dict(latest.figures) if latest else {}
    proposals = figures.pop("proposals", None) or {}
    return {
        "state": latest.outcome if latest else "never",
        "at": latest.at if latest else None,
        "pack": latest.pack if latest else None,
        "in_use": adjusted and note is None,
        "adjustment": {"slope": force.slope, "offset": force.offset} if force is not None and adjusted else None,
        "note": note,
        "to_rematch": stores.media.matched_before(stores.gallery.build()),
        "proposals": [
            {"key": key, "current": settings[key], **bound}
            for key, bound in proposals.items()
            if bound is not None and note is None  # bounds are those of a model
        ],
        "problems": _problems(force, note),
        **figures,
    }


def problems(stores: Stores, settings: dict[str, Value], data_dir: Path) -> list[dict[str, Any]]:
    """What `status` adds to its own: one row of sense.db and one pack.json are read, where `describe` scans the media."""
    force = stores.calibrations.in_force()
    return _problems(force, _note(force, stores, settings, data_dir))


def _problems(force: CalibrationRecord | None, note: str | None) -> list[dict[str, Any]]:
    lost = note is not None and force is not None and force.outcome == "adjusted"
    return [{"code": "calibration", "message": note, "fix": "calibrate"}] if lost else []


def _note(force: CalibrationRecord | None, stores: Stores, settings: dict[str, Value], data_dir: Path) -> str | None:
    """Why the calibration in force does not count: it was made for another model."""
    if force is None or force.outcome == "reset" or _is_of_model(force, stores, settings, data_dir):
        return None
    return OUTDATED.format(pack=force.pack)


def _is_of_model(record: CalibrationRecord, stores: Stores, settings: dict[str, Value], data_dir: Path) -> bool:
    """Whether it was made for the model pack in use; True where that pack cannot be read, which is told elsewhere."""
    try:
        info = info_in_use(stores.spaces.in_use(), settings, data_dir)
        block = read_manifest(info.manifest)["calibration"]
        return record.belongs_to(info.name, info.revision, fingerprint(block))
    except (SetupError, KeyError, TypeError):
        return True
