"""Where model packs lie and what runs them; apart from wiring.py, because few operations ask. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path

from stash_sense.adapters import dependencies
from stash_sense.adapters.models.places import PackPlaces
from stash_sense.entry.wiring import MODELS

RUNTIME_VARIABLE = "STASH_SENSE_RUNTIME"


def pack_places(data_dir: Path) -> PackPlaces:
    return PackPlaces(MODELS, data_dir / "models")


def runtime() -> str:
    """What runs the models here: as the environment says, else as set-up chose for this platform."""
    return os.environ.get(RUNTIME_VARIABLE) or dependencies.RUNTIMES[dependencies.requirement_set()]
