"""Update gallery: the people already in the library become references.

Sources: each performer's own image, then pictures that show exactly one performer and one face. What has been read is remembered, so an
unchanged picture is not read again; every picture is committed by itself.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from stash_sense.core.codec import to_blob
from stash_sense.core.gallery_records import EnrolmentRecord, PackRecord, ReferenceRecord
from stash_sense.core.values import Face, Frame
from stash_sense.core.vision.prominent import prominent
from stash_sense.errors import ItemError, NotFoundError
from stash_sense.usecases.changeover import Changeover
from stash_sense.usecases.curate import Curator
from stash_sense.usecases.library_people import follow_performers
from stash_sense.usecases.ports import FaceEncoder, Library, Performer, Picture, Pictures
from stash_sense.usecases.reporting import Clock, Report, counted
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gallery:
    """Builds and keeps the references.

    agree_from: cosine from which references support each other; sure_face: how sure the detector has to be of a second face (pack.json).
    choice: what the setting model_pack says of the encoder's pack.
    """

    stores: Stores
    library: Library
    pictures: Pictures
    encoder: FaceEncoder
    agree_from: float
    sure_face: float
    clock: Clock
    choice: str = "compact"

    def update(self, report: Report) -> str:
        """One sweep over the library; returns the sentence for the user."""
        changeover = Changeover(self.stores, self.pictures, self.encoder, self.choice)
        changeover.begin()
        report.expect(self.library.performer_count() + self.library.picture_count(one_performer=True))
        performers = {performer.id: performer for performer in self.library.performers()}
        follow_performers(self.stores, performers.values(), self.clock)
        for performer in performers.values():
            report.step(failed=self._enrol_performer(performer))
        seen_pictures: set[str] = set()
        for picture in self.library.pictures(one_performer=True):
            seen_pictures.add(picture.id)
            report.step(failed=self._enrol_picture(picture))
        self._drop_vanished("performer", set(performers))
        self._drop_vanished("image", seen_pictures)
        failed = changeover.carry()
        self._curate_all()
        switched = changeover.finish(failed)
        return " ".join(part for part in (self._summary(report.failed), switched) if part)

    # References

    def _enrol_performer(self, performer: Performer) -> bool:
        """True if the image was there but could not be read."""
        if performer.image_path is None:
            self._note_nothing(performer.id)
            return False
        path = performer.image_path
        return self._enrol(
            "performer", performer.id, path, f"performer:{performer.id}", lambda: self.library.fetch(path)[0]
        )

    def _enrol_picture(self, picture: Picture) -> bool:
        person_id = f"performer:{picture.performers[0].id}" if picture.performers else None
        if person_id is None or picture.is_video or self.stores.gallery.person(person_id) is None:
            return False
        version = f"{picture.fingerprint} {person_id}"
        return self._enrol(
            "image", picture.id, version, person_id, lambda: read_picture(picture, self.pictures, self.library)
        )

    def _enrol(self, origin: str, origin_id: str, version: str, person_id: str, read: Callable[[], bytes]) -> bool:
        space = self.encoder.space
        known = self.stores.gallery.enrolment(origin, origin_id)
        current = known is not None and (known.pack, known.revision) == (space.pack, space.revision)
        if known is not None and current and known.version == version and known.outcome != "unreadable":
            return False
        face, unchanged, message, content_hash = None, False, None, ""
        try:
            data = read()
            content_hash = hashlib.sha256(data).hexdigest()
            unchanged = (
                known is not None and current and known.content_hash == content_hash and self._owns(known, person_id)
            )
            if known is not None and unchanged:
                outcome = known.outcome
            else:
                outcome, face = self._one_face(data)
        except (ItemError, NotFoundError) as err:
            outcome, message = "unreadable", str(err)
            log.warning("%s %s: %s", origin, origin_id, err)
        enrolment = EnrolmentRecord(
            origin, origin_id, version, content_hash, space.pack, space.revision, outcome, self.clock(), message
        )
        with self.stores.transaction():
            self.stores.gallery.put_enrolment(enrolment)
            if not unchanged:
                self._replace(origin, origin_id, person_id, face, content_hash)
        return outcome == "unreadable"

    def _owns(self, known: EnrolmentRecord, person_id: str) -> bool:
        owners = self.stores.gallery.people_of_origin(known.origin, known.origin_id)
        return known.outcome != "enrolled" or owners == [person_id]

    def _one_face(self, data: bytes) -> tuple[str, Face | None]:
        """Outcome and, if there is exactly one usable face, that face. Raises DecodeError."""
        image = self.pictures.decode(data)
        height, width = image.shape[:2]
        found = self.encoder.detect(image, thorough=True)
        detections = prominent(found, width=width, height=height, sure_face=self.sure_face)
        if len(detections) != 1:
            return ("several_faces" if detections else "no_face"), None
        faces = self.encoder.encode(Frame(image, 0, kind="picture"), detections)
        if not faces or faces[0].quality.total <= 0:
            return "low_quality", None
        return "enrolled", faces[0]

    def _replace(self, origin: str, origin_id: str, person_id: str, face: Face | None, content_hash: str) -> None:
        before = self.stores.gallery.people_of_origin(origin, origin_id)
        space = self.encoder.space
        pack = PackRecord(self.choice, space.pack, space.revision)
        self.stores.spaces.drop_outdated(origin, origin_id, person_id, content_hash, pack)
        if face is not None:
            made = self.stores.gallery.add_reference(
                ReferenceRecord(
                    person_id=person_id,
                    origin=origin,
                    origin_id=origin_id,
                    content_hash=content_hash,
                    pack=space.pack,
                    revision=space.revision,
                    state="used",
                    quality=face.quality.total,
                    vector=to_blob(face.vector),
                    crop=face.crop,
                    added_at=self.clock(),
                )
            )
            if made is not None:
                self.stores.references.keep_word(made)
        if face is not None or before:
            for touched in {person_id, *before}:
                self._curate(touched)
            self.stores.gallery.bump()

    def _note_nothing(self, performer_id: str) -> None:
        known = self.stores.gallery.enrolment("performer", performer_id)
        if known is not None and known.outcome == "no_image":
            return
        space = self.encoder.space
        with self.stores.transaction():
            self.stores.gallery.put_enrolment(
                EnrolmentRecord("performer", performer_id, "", "", space.pack, space.revision, "no_image", self.clock())
            )
            self._replace("performer", performer_id, f"performer:{performer_id}", None, "")

    def _drop_vanished(self, origin: str, seen: set[str]) -> None:
        for origin_id in sorted(self.stores.gallery.enrolled_origins(origin) - seen):
            with self.stores.transaction():
                people = self.stores.gallery.people_of_origin(origin, origin_id)
                self.stores.gallery.drop_enrolment(origin, origin_id)
                self.stores.gallery.drop_origin(origin, origin_id)
                for person_id in people:
                    self._curate(person_id)
                if people:
                    self.stores.gallery.bump()

    def _curate_all(self) -> None:
        """Faces confirmed in the panel since the last sweep are sorted out against the person's others."""
        changed = False
        with self.stores.transaction():
            self.stores.gallery.drop_strangers()
            for person in self.stores.gallery.people():
                changed |= self._curate(person.id)
            if changed:
                self.stores.gallery.bump()

    def _curate(self, person_id: str) -> bool:
        """Decides which references of a person are used, set aside or spare; True if a state changed."""
        return Curator(self.stores, self.encoder.space, self.agree_from).sort_out(person_id)

    def _summary(self, unreadable: int) -> str:
        counts = self.stores.gallery.counts()
        parts = [
            f"The gallery knows {counted(counts['people'], 'person', 'people')} by {counted(counts['references'], 'face', 'faces')}."
        ]
        if counts["performers_without"]:
            parts.append(
                f"{counted(counts['performers_without'], 'performer has', 'performers have')} no usable image."
            )
        if counts["set_aside"]:
            parts.append(
                f"{counted(counts['set_aside'], 'reference disagrees', 'references disagree')} with the person's others: set aside."
            )
        if unreadable:
            parts.append(f"{counted(unreadable, 'image', 'images')} could not be read.")
        return " ".join(parts)


def read_picture(picture: Picture, pictures: Pictures, library: Library) -> bytes:
    """The picture's bytes from its file, or through Stash where the file cannot be read from here. Raises ItemError, NotFoundError."""
    try:
        if picture.path is not None:
            return pictures.read(picture.path)
    except ItemError:
        if picture.image_path is None:
            raise
    if picture.image_path is None:
        raise NotFoundError("The picture has no file.")
    return library.fetch(picture.image_path)[0]
