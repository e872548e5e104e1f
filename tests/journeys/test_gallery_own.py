"""A new installation: what the user has decided goes along as a file, the gallery as another, and everything is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.journeys.boxes import assert_no_key, seen
from tests.journeys.conftest import MakeBeside
from tests.journeys.small import PLATFORM, SPEECH
from tests.journeys.test_gallery_boxes import decide
from tests.journeys.world import World, named_in, person_called, with_verdict
from tests.packages import REVISION
from tests.standin.library import COLLINS, OBAMA, STRANGER

pytestmark = pytest.mark.journey

DECISIONS = """
SELECT at, actor, action, state, kind, stash_id, person_id, template, pack, revision, undone_by IS NULL FROM decision ORDER BY id"""
REFERENCES = "SELECT person_id, origin, content_hash, pack, revision, state, vector FROM reference ORDER BY person_id, content_hash"


def numbered(view: dict[str, Any]) -> dict[str, Any]:
    """The answer with people in a fixed order and without row numbers, which another database gives otherwise."""
    people = [{**one, "track_id": "", "decision_id": one["decision_id"] and ""} for one in view["people"]]
    return {**view, "people": sorted(people, key=lambda one: (one["best_time_s"], one["crop"]))}


def test_decisions_and_confirmed_faces_survive_a_new_installation(
    met: World, make_beside: MakeBeside, tmp_path: Path
) -> None:
    decide(met, SPEECH, OBAMA)
    decide(met, PLATFORM, STRANGER)
    decide(met, PLATFORM, COLLINS, "reject")
    scenes = [str(met.ids[title]) for title in (SPEECH, PLATFORM)]
    met.run("identify", {"scene_ids": scenes, "force": True})  # with the confirmed faces, as it will be there
    wanted = {title: numbered(seen(met, title)) for title in (SPEECH, PLATFORM)}
    own, gallery = tmp_path / "own.zip", tmp_path / "boxes.zip"
    assert met.run("export_own", {"path": str(own)}).endswith(" references and 3 decisions were written.")
    met.run("export_gallery", {"path": str(gallery)})
    assert_no_key(own, gallery)
    assert {row[8:10] for row in met.rows(DECISIONS)} == {("compact", REVISION)}

    fresh = make_beside(met)
    changes = len(fresh.stash.mutations)
    said = fresh.run("import_own", {"path": str(own)})
    references = len(met.rows(REFERENCES))
    assert said == f"{references} references and 3 decisions were brought in."
    fresh.run("import_gallery", {"path": str(gallery)})
    assert (fresh.rows(DECISIONS), fresh.rows(REFERENCES)) == (met.rows(DECISIONS), met.rows(REFERENCES))
    fresh.run("Identify new scenes")
    assert {title: numbered(seen(fresh, title)) for title in wanted} == wanted
    assert named_in(fresh.scene(PLATFORM)) == {STRANGER}
    assert [change.field for change in fresh.stash.mutations[changes:] if "erformer" in change.field] == []
    assert fresh.tags(SPEECH) == met.tags(SPEECH)

    assert fresh.run("import_own", {"path": str(own)}) == "0 references and 0 decisions were brought in."
    (accepted,) = with_verdict(fresh.scene(SPEECH), "accepted")
    fresh.stash.operation({"mode": "undo", "decision_id": accepted["decision_id"]})
    assert person_called(fresh.scene(SPEECH), OBAMA)["verdict"] == "suggested"
    assert fresh.performers(SPEECH) == set()


def test_a_file_that_cannot_be_used_is_named(met: World, tmp_path: Path) -> None:
    decide(met, SPEECH, OBAMA)
    before = met.rows(DECISIONS)
    own, gallery = tmp_path / "own.zip", tmp_path / "boxes.zip"
    met.run("export_own", {"path": str(own)})
    met.run("export_gallery", {"path": str(gallery)})
    data = bytearray(own.read_bytes())
    data[len(data) // 2] ^= 1
    own.write_bytes(bytes(data))
    assert "own.zip" in met.fail("import_own", {"path": str(own)})
    assert "boxes.zip" in met.fail("import_own", {"path": str(gallery)})
    assert "nowhere.zip" in met.fail("import_own", {"path": str(tmp_path / "nowhere.zip")})
    assert "is not a full path" in met.fail("export_own", {"path": "own.zip"})
    assert met.rows(DECISIONS) == before
