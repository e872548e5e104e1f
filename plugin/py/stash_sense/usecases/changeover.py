"""From one model pack to another: the gallery is made anew beside the old one, which stays in use until the new one is complete.

References carry their pack, so both lie in one table; sense.db says which pack counts. Cut short at any instant, the old gallery is still in use and
the next “Update gallery” goes on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from stash_sense.core.codec import to_blob
from stash_sense.core.gallery_records import PackRecord, ReferenceRecord
from stash_sense.core.values import Detection, Face, Frame
from stash_sense.errors import ItemError
from stash_sense.usecases.ports import FaceEncoder, Pictures
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)

SWITCHED = "The model pack “{name}” is in use now: run “Identify new scenes” so that it looks at your scenes, too."


@dataclass(frozen=True, slots=True)
class Changeover:
    """choice: what the setting model_pack says of the encoder's pack."""

    stores: Stores
    pictures: Pictures
    encoder: FaceEncoder
    choice: str

    @property
    def pack(self) -> PackRecord:
        space = self.encoder.space
        return PackRecord(self.choice, space.pack, space.revision)

    def begin(self) -> None:
        """The first gallery of all is in use from its first face on."""
        with self.stores.transaction():
            if self.stores.spaces.in_use() is None:
                self.stores.spaces.use(self.pack)

    def carry(self) -> set[int]:
        """Faces that no picture in Stash stands behind (confirmed in scenes) are read again from their crops; those that could not be.

        Returns the ids of the references left behind: too small or turned away for this pack's detector.
        """
        failed: set[int] = set()
        for reference in self.stores.spaces.left_behind(self.pack):
            face = self._again(reference)
            if face is None:
                failed.add(reference.id)
                continue
            with self.stores.transaction():
                self.stores.gallery.add_reference(self._carried(reference, face))
                self.stores.gallery.bump()
        return failed

    def finish(self, failed: set[int]) -> str | None:
        """Puts the new gallery in the old one's place, in one transaction; returns a sentence for the user if that was another pack's.

        failed: what carry left behind. A face that somebody confirms meanwhile is carried first.
        """
        while True:
            with self.stores.transaction():
                if all(reference.id in failed for reference in self.stores.spaces.left_behind(self.pack)):
                    return self._switch(len(failed))
            failed = failed | self.carry()

    def _switch(self, lost: int) -> str | None:
        before = self.stores.spaces.in_use()
        self.stores.spaces.use(self.pack)
        self.stores.spaces.drop_others(self.pack)
        if before is None or (before.pack, before.revision) == (self.pack.pack, self.pack.revision):
            return None
        self.stores.gallery.bump()
        log.info("from the pack %s to %s; %d faces could not be carried over", before.pack, self.pack.pack, lost)
        return SWITCHED.format(name=self.pack.pack)

    def _again(self, reference: ReferenceRecord) -> Face | None:
        """The face in the middle of the stored crop, as this pack sees it."""
        try:
            image = self.pictures.decode(reference.crop)
        except ItemError:
            return None
        found = [one for one in self.encoder.detect(image, thorough=True) if _in_the_middle(one, image.shape)]
        found.sort(key=lambda one: -one.box.width * one.box.height)
        faces = self.encoder.encode(Frame(image, 0, kind="picture"), found[:1])
        return faces[0] if faces and faces[0].quality.total > 0 else None

    def _carried(self, reference: ReferenceRecord, face: Face) -> ReferenceRecord:
        """The same evidence in the new space; the content hash stays, so that it is known again."""
        return replace(
            reference,
            pack=self.pack.pack,
            revision=self.pack.revision,
            state=reference.state if reference.pinned_at else "used",
            quality=face.quality.total,
            vector=to_blob(face.vector),
            why=None,  # as the other pack saw it
            id=0,
        )


def _in_the_middle(detection: Detection, shape: tuple[int, ...]) -> bool:
    box, (height, width) = detection.box, shape[:2]
    return box.left < width / 2 < box.right and box.top < height / 2 < box.bottom
