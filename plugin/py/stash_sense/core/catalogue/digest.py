"""Names and hashes that two machines give to the same face, person and gallery. Standard library only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stash_sense.core.catalogue.values import PackageFace, PackagePerson


@dataclass(frozen=True, slots=True)
class StoredFace:
    """A face as it lies in a package. vector: its bytes in the index, one per dimension."""

    key: int
    source: str
    image_id: str
    content_hash: str
    quality: float
    vector: bytes


def face_key(person_id: str, content_hash: str, place: int) -> int:
    """Key of a face in the index, 63 bits, the same in every build. place: among the person's faces from the same picture, from 0."""
    digest = hashlib.sha256(f"{person_id}|{content_hash}|{place}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def in_order(faces: Iterable[PackageFace]) -> list[tuple[PackageFace, int]]:
    """The faces of a person, each with its place among those from the same picture, whatever order they come in."""
    seen: dict[str, int] = {}
    placed = []
    for face in sorted(faces, key=lambda face: (face.content_hash, face.source, face.image_id, face.vector)):
        placed.append((face, seen.get(face.content_hash, 0)))
        seen[face.content_hash] = placed[-1][1] + 1
    return placed


def person_digest(person: PackagePerson, faces: Sequence[StoredFace]) -> bytes:
    """32 bytes that differ when anything about the person or the faces differs. `person.faces` does not count, `faces` does."""
    told = [
        person.id, person.name, person.disambiguation, person.gender, person.birth_date, person.country,
        [[known.endpoint, known.box_id, known.retired] for known in person.ids], list(person.aliases), list(person.urls),
        [[face.key, face.source, face.image_id, face.content_hash, face.quality] for face in sorted(faces, key=_key)],
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(told, separators=(",", ":")).encode())
    for part in [person.crop or b"", *(face.vector for face in sorted(faces, key=_key))]:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def content_digest(people: Iterable[tuple[str, bytes]]) -> str:
    """sha256 over id and digest of everybody, who have to come by ascending id."""
    digest = hashlib.sha256()
    for person_id, one in people:
        digest.update(hashlib.sha256(person_id.encode()).digest())
        digest.update(one)
    return digest.hexdigest()


def _key(face: StoredFace) -> int:
    return face.key
