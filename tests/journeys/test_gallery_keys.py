"""The keys of the stash-boxes are in no file, no log line, no package, no sentence; whatever else the user does, the fixtures look for them too."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.boxes import KEYS, LEARN, Boxes, assert_no_key
from tests.journeys.world import World, assert_plain_words

pytestmark = pytest.mark.journey


def test_a_server_that_tells_our_key_is_not_quoted(learned: World, boxes: Boxes, tmp_path: Path) -> None:
    key = KEYS["First"]
    boxes.first.faults.add("error", f"not authorized: {key}", times=9)
    said = learned.run("build_gallery", {"scope": "all"})
    assert "First could not be read to the end" in said
    assert_plain_words(said)
    boxes.first.faults.clear()
    boxes.first.faults.add("redirect", f"http://127.0.0.1:1/{key}", times=9)
    learned.run("build_gallery", {"scope": "all"})
    boxes.heal()
    learned.run("build_gallery", {"scope": "all"})
    learned.run("export_gallery", {"path": str(tmp_path / "out" / "boxes.zip")})
    learned.run("export_own", {"path": str(tmp_path / "out" / "own.zip")})
    assert_no_key(tmp_path, world=learned)
    with pytest.raises(AssertionError):  # the search finds what there is
        (tmp_path / "leak").write_text(f"…{key}…", "utf-8")
        assert_no_key(tmp_path)
    (tmp_path / "leak").unlink()


def test_keys_go_to_their_own_box_only(linked: World, boxes: Boxes) -> None:
    linked.run(LEARN)
    for name, server in zip(KEYS, boxes.both(), strict=True):
        assert server.seen
        for one in server.seen:
            assert one.headers.get("ApiKey") == (KEYS[name] if one.operation else None), one.path
            assert not any(other in str(one.headers) for title, other in KEYS.items() if title != name)


def test_a_key_with_odd_characters_is_refused_without_it(linked: World, boxes: Boxes) -> None:
    linked.stash.stash_boxes[0]["api_key"] = f"{KEYS['First']} and\nmore"
    del linked.stash.stash_boxes[1:]
    sentence = linked.fail(LEARN)
    assert "The API key of First has characters that no key has" in sentence
