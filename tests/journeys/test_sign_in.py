"""Who we are to Stash: cookies that run out while a task works, passwords, certificates, and being refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.conftest import MakeWorld
from tests.journeys.small import CORRIDOR, SPEECH, TAGS
from tests.journeys.world import World, assert_plain_words, named_in, person_called
from tests.standin.library import OBAMA
from tests.standin.store import StashError

pytestmark = pytest.mark.journey

AGE_S = 1000.0
LOCKED = {"username": "ada", "password": "lovelace"}


class Ageing(list):
    """The stand-in's list of requests, in which seven tenths of a cookie's life pass with each request."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.sessions = world.stash.sessions

    def append(self, operation: str) -> None:
        super().append(operation)
        self.sessions.advance(0.7 * AGE_S)


def test_a_task_outlives_the_cookie_it_was_started_with(enrolled: World, make_world: MakeWorld) -> None:
    world = make_world(enrolled, **LOCKED, max_session_age_s=AGE_S)
    world.stash.requests = requests = Ageing(world)
    world.run("Identify new scenes")
    assert len(requests) > 10, "seven lives of a cookie and more"
    assert {title: world.tags(title)[-1:] for title in (SPEECH, CORRIDOR)} == {
        title: TAGS[title][-1:] for title in (SPEECH, CORRIDOR)
    }


def test_a_decision_outlives_it_too(analysed: World, make_world: MakeWorld) -> None:
    world = make_world(analysed, **LOCKED, max_session_age_s=AGE_S)
    world.stash.requests = requests = Ageing(world)
    track = person_called(world.scene(SPEECH), OBAMA)
    decision: dict[str, Any] = {"mode": "decide", "scene_id": str(world.ids[SPEECH]), "action": "accept"}
    world.stash.operation({**decision, "track_id": track["track_id"]})
    assert world.performers(SPEECH) == {OBAMA}
    assert len(requests) > 2


def test_a_server_with_a_password_lets_our_cookie_in(untouched: World, make_world: MakeWorld) -> None:
    world = make_world(untouched, **LOCKED)
    world.run("Update gallery")
    world.run("identify", {"scene_ids": [world.ids[SPEECH]]})
    assert named_in(world.scene(SPEECH)) == {OBAMA}
    assert world.stash.operation({"mode": "settings"})[0]["key"] == "identify_on_scan"


def test_a_self_signed_certificate_is_good_enough(untouched: World, make_world: MakeWorld, tmp_path: Any) -> None:
    world = make_world(untouched, tls=True, **LOCKED)
    world.run("Update gallery")
    world.run("identify", {"scene_ids": [world.ids[SPEECH]]})
    assert named_in(world.scene(SPEECH)) == {OBAMA}
    world.stash.operation({"mode": "settings", "values": {"identify_on_scan": True}})
    world.stash.fire("Scene.Create.Post", world.ids[CORRIDOR], None)
    world.stash.jobs.wait_idle()
    assert world.scene(CORRIDOR)["state"] == "no_faces"
    assert [line.text for line in world.stash.log if line.level == "warning"] == []


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1", "localhost"])
def test_the_address_stash_listens_on_becomes_one_that_can_be_called(
    enrolled: World, make_world: MakeWorld, host: str
) -> None:
    world = make_world(enrolled, host_told=host)
    assert world.run("identify", {"scene_ids": [world.ids[CORRIDOR]]}) == "Analysed 1 item."


def test_being_refused_is_one_sentence_in_the_log_and_in_the_panel(enrolled: World, make_world: MakeWorld) -> None:
    world = make_world(enrolled, **LOCKED)
    world.stash.sessions.max_age_s = -1.0  # no cookie is good any more
    sentence = world.fail("Identify new scenes")
    assert "does not accept our sign-in" in sentence
    assert "Settings > Security" in sentence
    run = world.last_run()
    assert (run["kind"], run["state"], run["message"]) == ("identify_new", "failed", sentence)
    assert len(world.stash.logged("error")) == 1

    with pytest.raises(StashError) as refused:
        world.stash.operation({"mode": "scene", "scene_id": "1"})
    assert_plain_words(str(refused.value))


def test_a_wrong_key_does_not_help_and_a_right_one_does(enrolled: World, make_world: MakeWorld) -> None:
    world = make_world(enrolled, **LOCKED, api_key="the-right-key")
    world.stash.sessions.max_age_s = -1.0
    task = {"scene_ids": [world.ids[CORRIDOR]]}
    assert "does not accept our sign-in" in world.fail("identify", {**task, "api_key": "a-wrong-key"})
    world.run("identify", {**task, "api_key": "the-right-key"})
    assert world.tags(CORRIDOR) == TAGS[CORRIDOR]
    said = "\n".join(line.text for line in world.stash.log)
    assert "the-right-key" not in said
    assert "a-wrong-key" not in said
