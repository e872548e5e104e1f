"""Whatever reads pictures for the gallery builder: here, in processes, or on other machines."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from stash_sense.adapters.media.images import MAX_PIXELS, StillPictures
from stash_sense.adapters.models.encoder import open_encoder
from stash_sense.adapters.models.packs import load_pack
from stash_sense.adapters.workers.inline import Read
from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.catalogue.values import ImageReading, ImageTask
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.errors import SetupError
from stash_sense.usecases.box_ports import ImageSource
from stash_sense.usecases.harvest import Harvester


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    """How a process opens its reader; can be pickled. pack: folder of the model pack. runtime: None for the one that is there."""

    pack: Path
    source: ImageSource
    runtime: str | None = None
    threads: int = 1

    def __call__(self) -> Read:
        """Loads the models. Raises SetupError."""
        # A second guard beside the header check; OpenCV looks at it when it is loaded.
        os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
        return partial(self._read, self.harvester())

    def harvester(self) -> Harvester:
        """The part that needs no download: reference sites hand their pictures over as bytes."""
        pack = load_pack(self.pack)
        if not pack.admission or not pack.calibration:
            raise SetupError(f"The model pack “{pack.name}” cannot build galleries: choose the pack “compact”.")
        rules = AdmissionRules.from_pack(pack.admission)
        encoder = open_encoder(self.pack, runtime=self.runtime, threads=self.threads, min_face_px=int(rules.face_px))
        return Harvester(StillPictures(), encoder, rules, Calibration.from_pack(pack.calibration).bands.sure_face)

    def moved(self, pack: Path) -> ReaderRecipe:
        """The same on another machine, where the pack lies elsewhere."""
        return replace(self, pack=pack)

    def _read(self, harvester: Harvester, task: ImageTask) -> ImageReading:
        return harvester.read(task, self.source)
