"""The model pack that the user wants, and the one that the gallery is of: the same but for the time between a change and the end of “Update gallery”."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stash_sense.adapters.models.encoder import PackEncoder, open_encoder
from stash_sense.adapters.models.packs import Pack, load_pack
from stash_sense.adapters.models.places import PackInfo
from stash_sense.core.matching.adjust import fingerprint
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.entry.wiring_packs import RUNTIME_VARIABLE, info_in_use, pack_places
from stash_sense.errors import SetupError
from stash_sense.settings import Value
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelPack:
    """A pack with what is decoded of it. choice: what the setting model_pack said. folder: where it is opened from."""

    choice: str
    folder: Path
    pack: Pack

    @cached_property
    def rules(self) -> ClusterRules:
        return ClusterRules.from_pack(_block(self.pack, "clustering"))

    @cached_property
    def calibration(self) -> Calibration:
        return Calibration.from_pack(_block(self.pack, "calibration"))

    @property
    def fingerprint(self) -> str:
        """Of the calibration, without what the library has taught."""
        return fingerprint(self.pack.calibration)

    def encoder(self, settings: Mapping[str, Value]) -> PackEncoder:
        """Raises SetupError."""
        return open_encoder(
            self.folder,
            runtime=os.environ.get(RUNTIME_VARIABLE) or None,
            threads=threads_of(settings),
            min_face_px=int(settings["min_face_px"]),
        )


def threads_of(settings: Mapping[str, Value]) -> int:
    """Pictures looked at at once."""
    return int(settings["threads"]) or max(1, (os.cpu_count() or 2) // 2)


def wanted(settings: Mapping[str, Value], data_dir: Path) -> ModelPack:
    """The pack that the settings name. Raises SetupError if it is not there or not downloaded yet."""
    return _open(pack_places(data_dir).look_up(str(settings["model_pack"])))


def in_use(stores: Stores, settings: Mapping[str, Value], data_dir: Path) -> ModelPack:
    """The pack whose gallery counts, see info_in_use. Raises SetupError, also if its models are missing."""
    info = info_in_use(stores.spaces.in_use(), settings, data_dir)
    try:
        return _open(info)
    except SetupError as err:
        if info.choice == settings["model_pack"]:
            raise
        log.warning("%s", err)  # another version of the plugin may ask more of a pack.json than its author wrote
        return wanted(settings, data_dir)


def _open(info: PackInfo) -> ModelPack:
    folder = info.need()
    return ModelPack(info.choice, folder, load_pack(folder))


def _block(pack: Pack, name: str) -> dict[str, object]:
    block: dict[str, object] = dict(getattr(pack, name))
    if not block:
        raise SetupError(f"The pack.json of the model pack “{pack.name}” lacks its {name}: choose another model pack.")
    return block
