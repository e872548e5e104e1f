"""What the operations `calibration` and `status` say about the calibration on the library. Standard library only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stash_sense.adapters.models.manifest import read_manifest
from stash_sense.core.matching.adjust import fingerprint
from stash_sense.core.records import CalibrationRecord
from stash_sense.entry.wiring_packs import pack_places
from stash_sense.errors import SetupError
from stash_sense.settings import Value
from stash_sense.usecases.stores import Stores

OUTDATED = (
    "The calibration on your library was made for another model (pack “{pack}”) than the one in use, so the model pack's own is in use: "
    "run “Calibrate on my library” again."
)


def describe(stores: Stores, settings: dict[str, Value], data_dir: Path) -> dict[str, Any]:
    """The answer of `calibration`; problems: what the status adds to its own."""
    latest, force = stores.calibrations.latest(), stores.calibrations.in_force()
    valid = force is not None and _is_of_model(force, stores, settings, data_dir)
    adjusted = force is not None and force.outcome == "adjusted"
    note = OUTDATED.format(pack=force.pack) if force is not None and force.outcome != "reset" and not valid else None
    figures: dict[str, Any] = dict(latest.figures) if latest else {}
    proposals = figures.pop("proposals", None) or {}
    return {
        "state": latest.outcome if latest else "never",
        "at": latest.at if latest else None,
        "pack": latest.pack if latest else None,
        "in_use": adjusted and valid,
        "adjustment": {"slope": force.slope, "offset": force.offset} if force is not None and adjusted else None,
        "note": note,
        "to_rematch": stores.media.matched_before(stores.gallery.build()),
        "proposals": [
            {"key": key, "current": settings[key], **bound}
            for key, bound in proposals.items()
            if bound is not None and note is None  # bounds are those of a model
        ],
        "problems": [{"code": "calibration", "message": note, "fix": "calibrate"}] if note and adjusted else [],
        **figures,
    }


def _is_of_model(record: CalibrationRecord, stores: Stores, settings: dict[str, Value], data_dir: Path) -> bool:
    """Whether it was made for the model pack in use, as entry/engine.py sees it; True where that pack cannot be read, which is told elsewhere."""
    current = stores.spaces.in_use()
    choice = current.choice if current else str(settings["model_pack"])
    try:
        body = read_manifest(pack_places(data_dir).look_up(choice).manifest)
        return record.belongs_to(body["name"], body["revision"], fingerprint(body["calibration"]))
    except (SetupError, KeyError, TypeError):
        return True
