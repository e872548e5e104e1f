"""Pictures and faces of catalogue.db, and what the status says of them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.adapters.catalogue.conftest import BOX

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import FILE_NAME, known_catalogue, open_catalogue
from stash_sense.adapters.store.database import CorruptDatabaseError
from stash_sense.core.catalogue.values import BoxImage, BoxPerson, ImageReading, ImageTask, ReadFace

NOW = "2026-01-01T00:00:00Z"
PACK = {"pack": "test", "revision": "1"}
ONE, TWO = BoxImage("one", "https://x/one", 600, 900), BoxImage("two", "https://x/two")


@pytest.fixture
def catalogue(catalogue: SqliteCatalogue) -> SqliteCatalogue:
    """With two people."""
    catalogue.people.put(BoxPerson(BOX, "a", "live", "Ann"), NOW)
    catalogue.people.put(BoxPerson(BOX, "b", "live", "Bea"), NOW)
    return catalogue


def a_reading(image_id: str, *qualities: float, outcome: str = "face", person: str = "a") -> ImageReading:
    faces = tuple(ReadFace(b"vv", quality, b"crop", 100.0, 0.9) for quality in qualities)
    return ImageReading(ImageTask(BOX, person, image_id, "url"), outcome, f"hash {image_id}", faces, size_bytes=500)


def store(catalogue: SqliteCatalogue, reading: ImageReading, outcome: str | None = None) -> None:
    catalogue.images.put_reading(reading, outcome=outcome or reading.outcome, **PACK, now=NOW)
    catalogue.faces.add(reading, **PACK)


def test_pictures_come_go_and_come_back(catalogue: SqliteCatalogue) -> None:
    images = catalogue.images
    assert images.put_list(BOX, "a", [ONE, TWO])
    assert not images.put_list(BOX, "a", [TWO, ONE]), "another order is no change"
    store(catalogue, a_reading("one", 0.5))
    assert images.put_list(BOX, "a", [TWO])
    assert catalogue.faces.drop_gone(BOX, "a")
    assert {known.image.id: known.state for known in images.of(BOX, "a")} == {"one": "gone", "two": "listed"}
    assert images.put_list(BOX, "a", [ONE, TWO])
    assert {known.state for known in images.of(BOX, "a")} == {"listed"}, "its face is gone, so it is read again"


def test_a_repetition_stands_for_itself_once_the_first_is_gone(catalogue: SqliteCatalogue) -> None:
    catalogue.images.put_list(BOX, "a", [ONE, TWO])
    store(catalogue, a_reading("one", 0.5))
    catalogue.images.put_reading(a_reading("two"), outcome="same_bytes", **PACK, now=NOW)
    catalogue.images.put_list(BOX, "a", [TWO])
    assert [known.state for known in catalogue.images.of(BOX, "a") if known.image.id == "two"] == ["listed"]


def test_a_twin_needs_its_faces(catalogue: SqliteCatalogue) -> None:
    catalogue.images.put_list(BOX, "a", [ONE, TWO])
    assert catalogue.images.twin(BOX, "one", **PACK) is None
    store(catalogue, a_reading("one", 0.5))
    store(catalogue, a_reading("two", outcome="no_face"))
    assert catalogue.images.twin(BOX, "one", **PACK).box_id == "a"
    assert catalogue.images.twin(BOX, "two", **PACK).outcome == "no_face"
    assert catalogue.images.twin(BOX, "one", pack="test", revision="2") is None
    catalogue.db.execute("DELETE FROM box_face")
    assert catalogue.images.twin(BOX, "one", **PACK) is None


def test_faces_are_copied_with_their_crops(catalogue: SqliteCatalogue) -> None:
    for person in "ab":
        catalogue.images.put_list(BOX, person, [ONE])
    store(catalogue, a_reading("one", 0.5, 0.7, outcome="several_faces"))
    catalogue.faces.copy(BOX, "one", from_id="a", to_id="b", **PACK)
    faces = catalogue.faces.of(BOX, "b", **PACK)
    assert [(face.face, face.quality, face.state) for face in faces] == [(0, 0.5, "spare"), (1, 0.7, "spare")]
    assert catalogue.faces.crop(faces[1].id) == b"crop"


def test_of_new_pictures_only_the_best_face_keeps_its_crop(catalogue: SqliteCatalogue) -> None:
    catalogue.images.put_list(BOX, "a", [ONE, TWO])
    store(catalogue, a_reading("one", 0.9))
    store(catalogue, a_reading("two", 0.5, 0.6, outcome="several_faces"))
    ids = [face.id for face in catalogue.faces.of(BOX, "a", **PACK)]
    catalogue.faces.keep_crops(BOX, "a", ids[2], ["two"])
    assert [catalogue.faces.crop(one) for one in ids] == [b"crop", None, b"crop"]


def test_the_status_counts(catalogue: SqliteCatalogue) -> None:
    catalogue.people.want(BOX, ["a", "b", "c"], 0)
    catalogue.images.put_list(BOX, "a", [ONE, TWO])
    store(catalogue, a_reading("one", 0.9, 0.8, outcome="several_faces"))
    catalogue.images.failed(a_reading("two", outcome="failed"), NOW)
    used, other = (face.id for face in catalogue.faces.of(BOX, "a", **PACK))
    catalogue.faces.set_state(used, "used", None)
    catalogue.faces.set_state(other, "set_aside", "group_photo")
    assert catalogue.status(**PACK)[0].people == 0, "not counted yet"
    catalogue.count(BOX, **PACK)
    assert catalogue.status(pack="test", revision="2")[0].faces == 0
    (status,) = catalogue.status(**PACK)
    assert (status.listed, status.people, status.with_faces, status.faces) == (3, 2, 1, 1)
    assert (status.images, status.waiting_images, status.waiting_people, status.errors) == (1, 1, 1, 1)
    assert status.rejected == {"group_photo": 1}
    assert status.next_step == "Nothing has been read yet: start a build."
    catalogue.sources.begin(BOX, NOW, oldest="")
    assert catalogue.status(**PACK)[0].next_step.startswith("The build was cut short")
    catalogue.sources.finish(BOX, NOW, "linked")
    assert catalogue.status(**PACK)[0].next_step.startswith("Some people or pictures could not be read")
    catalogue.sources.note(BOX, "The key is wrong.")
    assert catalogue.status(**PACK)[0].next_step == "The key is wrong."


def test_a_build_goes_on_unless_it_is_too_old(catalogue: SqliteCatalogue) -> None:
    catalogue.sources.begin(BOX, "2026-01-02", oldest="2026-01-01")
    catalogue.sources.begin(BOX, "2026-01-03", oldest="2026-01-02")
    assert catalogue.sources.get(BOX).begun_at == "2026-01-02"
    catalogue.sources.begin(BOX, "2026-01-04", oldest="2026-01-03")
    assert catalogue.sources.get(BOX).begun_at == "2026-01-04"


def test_a_damaged_catalogue_is_moved_aside(tmp_path: Path) -> None:
    assert known_catalogue(tmp_path) is None
    (tmp_path / FILE_NAME).write_bytes(b"no database at all, and long enough to look like one" * 40)
    with pytest.raises(CorruptDatabaseError):
        known_catalogue(tmp_path)
    db, message = open_catalogue(tmp_path)
    with closing(db):
        assert SqliteCatalogue(db).sources.all() == []
    assert "was damaged: it was moved aside" in message
    assert len(list(tmp_path.glob("catalogue.db.damaged-*"))) >= 1
