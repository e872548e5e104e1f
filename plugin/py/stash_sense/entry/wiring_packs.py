"""Where model packs lie and what runs them; apart from wiring.py, because few operations ask. Standard library only."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from stash_sense.adapters import dependencies
from stash_sense.adapters.models.places import PackInfo, PackPlaces
from stash_sense.core.gallery_records import PackRecord
from stash_sense.entry.wiring import MODELS
from stash_sense.errors import SetupError
from stash_sense.settings import Value

log = logging.getLogger(__name__)

RUNTIME_VARIABLE = "STASH_SENSE_RUNTIME"


def pack_places(data_dir: Path) -> PackPlaces:
    return PackPlaces(MODELS, data_dir / "models")


def info_in_use(current: PackRecord | None, settings: Mapping[str, Value], data_dir: Path) -> PackInfo:
    """The pack whose gallery counts; the one that the settings name where there is no gallery, or where its pack is gone or another one now.

    current: the gallery's (stores.spaces.in_use()). Raises SetupError if the pack in question is not there; its models may be missing still.
    """
    places = pack_places(data_dir)
    if current is not None and current.choice != settings["model_pack"]:
        try:
            found = places.look_up(current.choice)
        except SetupError as err:
            log.info("%s", err)  # each call of the panel comes by here
        else:
            if found.complete and (found.name, found.revision) == (current.pack, current.revision):
                return found
    return places.look_up(str(settings["model_pack"]))


def runtime() -> str:
    """What runs the models here: as the environment says, else as set-up chose for this platform."""
    return os.environ.get(RUNTIME_VARIABLE) or dependencies.RUNTIMES[dependencies.requirement_set()]
