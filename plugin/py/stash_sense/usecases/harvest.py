"""One picture from elsewhere: download it, find the faces worth keeping, and say in one word why there are none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from stash_sense.core.catalogue.admit import AdmissionRules, refusal
from stash_sense.core.catalogue.values import ImageOutcome, ImageReading, ImageTask, ReadFace
from stash_sense.core.codec import to_blob
from stash_sense.core.values import Detection, Face, Frame, Image
from stash_sense.core.vision import imaging
from stash_sense.core.vision.prominent import prominent
from stash_sense.errors import DecodeError
from stash_sense.usecases.box_ports import ImageSource
from stash_sense.usecases.ports import FaceEncoder, Pictures

LARGEST_PX = (
    1920  # longer side at which faces are looked for; a face as small as the rules allow then stays a background face
)


@dataclass(frozen=True, slots=True)
class Examined:
    """What the bytes of a picture hold. faces: of the people the picture is of, as far as they are usable."""

    outcome: ImageOutcome
    faces: tuple[ReadFace, ...] = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Harvester:
    """Reads pictures, one after the other. sure_face: how sure the detector has to be of a second face (pack.json)."""

    pictures: Pictures
    encoder: FaceEncoder
    rules: AdmissionRules
    sure_face: float

    def read(self, task: ImageTask, source: ImageSource) -> ImageReading:
        """What the picture of a task comes to; raises nothing that the picture or its server is to blame for."""
        fetched = source.fetch(task.url)
        size, content_hash = len(fetched.data), hashlib.sha256(fetched.data).hexdigest() if fetched.data else ""
        if fetched.outcome != "fetched":
            return ImageReading(
                task,
                fetched.outcome,
                content_hash,
                message=fetched.message,
                retry_after_s=fetched.retry_after_s,
                size_bytes=size,
            )
        found = self.examine(fetched.data)
        return ImageReading(task, found.outcome, content_hash, found.faces, found.message, size_bytes=size)

    def examine(self, data: bytes) -> Examined:
        """The faces in a picture's bytes."""
        try:
            image = self.pictures.decode(data)
        except DecodeError as err:
            return Examined("unreadable", message=str(err))
        except MemoryError:  # what the header promised was less than what came
            return Examined("unreadable", message="The picture needs more memory than there is; it is skipped.")
        least_px = min(image.shape[:2])
        if least_px < self.rules.image_px:
            return Examined("image_too_small")
        image = _reduced(image)
        people = self._people(image)
        faces = self.encoder.encode(Frame(image, 0, kind="picture"), people) if people else []
        return self._judge(faces, least_px, several=len(people) > 1) if people else Examined("no_face")

    def _people(self, image: Image) -> list[Detection]:
        """Whomever the picture is of."""
        height, width = image.shape[:2]
        found = self.encoder.detect(image, thorough=True)
        return prominent(found, width=width, height=height, sure_face=self.sure_face)

    def _judge(self, faces: list[Face], least_px: int, *, several: bool) -> Examined:
        refusals = [refusal(face, least_px, self.rules) for face in faces]
        usable = tuple(_kept(face) for face, why in zip(faces, refusals, strict=True) if why is None)
        if several:
            return Examined("several_faces", usable)
        return Examined("face", usable) if usable else Examined(next(filter(None, refusals), "low_quality"))


def _kept(face: Face) -> ReadFace:
    return ReadFace(
        vector=to_blob(face.vector),
        quality=face.quality.total,
        crop=face.crop,
        size_px=face.size_px,
        confidence=face.detection.confidence,
    )


def _reduced(image: Image) -> Image:
    """At most LARGEST_PX on the longer side."""
    height, width = image.shape[:2]
    scale = LARGEST_PX / max(height, width)
    if scale >= 1:
        return image
    return imaging.resize(image, max(1, round(width * scale)), max(1, round(height * scale)))
