"""The stand-in answers over HTTP and WebSocket as Stash does."""

from __future__ import annotations

import http.client
import json
import urllib.error
from pathlib import Path

import pytest
from tests.standin.client import Client, WsClient
from tests.standin.fixtures import MakeStandIn
from tests.standin.stash import StandIn
from tests.standin.tls import TlsUnavailableError

VERSION = "query StashSense_Version {version{version}}"
UPDATE = "mutation($input: BulkSceneUpdateInput!){bulkSceneUpdate(input:$input){id tags{id} performers{id}}}"
TAG = "mutation($input: TagCreateInput!){tagCreate(input:$input){id}}"


def status_of(client: Client) -> int:
    try:
        client.ask(VERSION)
    except urllib.error.HTTPError as err:
        with err:
            return err.code
    return 200


# --- Authentication ------------------------------------------------------------------------------------------------


def test_a_protected_server_takes_a_cookie_or_the_api_key(make_standin: MakeStandIn) -> None:
    stash = make_standin(username="me", password="secret", api_key="key")
    cookie = stash.sessions.make(stash.user())
    assert status_of(Client(stash.url)) == 401
    assert status_of(Client(stash.url, {"ApiKey": "wrong"})) == 401
    assert status_of(Client(stash.url, {"ApiKey": "key"})) == 200
    assert status_of(Client(stash.url, {"Cookie": f"session={cookie}"})) == 200
    assert status_of(Client(stash.url, {"Cookie": f"session={cookie}x"})) == 401


def test_a_cookie_expires_unless_the_refreshed_one_is_taken(make_standin: MakeStandIn) -> None:
    stash = make_standin(username="me", password="secret", max_session_age_s=3600)
    given = stash.sessions.for_plugin(stash.user())["Value"]
    client = Client(stash.url, {"Cookie": f"session={given}"})
    stash.sessions.advance(3000)
    client.ask(VERSION)
    fresh = client.last_headers["Set-Cookie"].partition(";")[0]
    stash.sessions.advance(1000)
    assert status_of(client) == 401
    assert status_of(Client(stash.url, {"Cookie": fresh})) == 200
    assert status_of(Client(stash.url, {"Cookie": f"session={given}; {fresh}"})) == 401, "the first cookie counts"


def test_cookies_from_stdin_can_be_made_to_expire_while_refreshed_ones_live(make_standin: MakeStandIn) -> None:
    stash = make_standin(username="me", password="secret")
    client = Client(stash.url, {"Cookie": f"session={stash.sessions.for_plugin(stash.user())['Value']}"})
    client.ask(VERSION)
    fresh = client.last_headers["Set-Cookie"].partition(";")[0]
    stash.sessions.expire_handed_out()
    assert (status_of(client), status_of(Client(stash.url, {"Cookie": fresh}))) == (401, 200)


def test_tls_with_a_self_signed_certificate(make_standin: MakeStandIn) -> None:
    try:
        stash = make_standin(tls=True)
    except TlsUnavailableError as err:
        pytest.skip(str(err))
    assert stash.url.startswith("https://")
    assert Client(stash.url).data(VERSION) == {"version": "v0.30.1"}


# --- Faults --------------------------------------------------------------------------------------------------------


def test_faults_strike_the_planned_requests_and_no_others(standin: StandIn) -> None:
    client = Client(standin.url)
    standin.faults.add("locked", times=2, operation="StashSense_Version", after=1)
    answers = [client.ask(VERSION).get("errors", [{}])[0].get("message") for _ in range(4)]
    assert answers == [None, "database is locked", "database is locked", None]
    standin.faults.add("status", value=503)
    assert status_of(client) == 503
    standin.faults.add("html")
    with pytest.raises(json.JSONDecodeError):
        client.ask(VERSION)
    standin.faults.add("drop")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        client.ask(VERSION)
    assert status_of(client) == 200


def test_a_server_that_goes_away_comes_back_on_the_same_port(standin: StandIn) -> None:
    client, port = Client(standin.url), standin.port
    standin.go_away()
    with pytest.raises(urllib.error.URLError):
        client.ask(VERSION)
    standin.come_back()
    assert (standin.port, status_of(client)) == (port, 200)


# --- The library ---------------------------------------------------------------------------------------------------


def test_bulk_update_adds_removes_and_sets_and_is_noted(standin: StandIn) -> None:
    client = Client(standin.url)
    one, two = standin.add_tag("one"), standin.add_tag("two")
    scene = standin.add_scene(None, tags=[one])
    before = scene.updated_at
    standin.store.clock_shift_s = 5

    def tags(mode: str, *ids: int) -> list[str]:
        change = {"ids": [scene.id], "clientMutationId": "me", "tag_ids": {"ids": list(ids), "mode": mode}}
        return [tag["id"] for tag in client.data(UPDATE, input=change)[0]["tags"]]

    assert tags("ADD", one.id, two.id) == ["1", "2"]
    assert tags("REMOVE", one.id) == ["2"]
    assert tags("SET", one.id) == ["1"]
    assert scene.updated_at > before
    assert [mutation.client_mutation_id for mutation in standin.mutations] == ["me"] * 3


def test_an_update_of_something_gone_changes_nothing(standin: StandIn) -> None:
    client, tag, scene = Client(standin.url), standin.add_tag("one"), standin.add_scene(None)
    change = {"ids": [scene.id, 99], "tag_ids": {"ids": [tag.id], "mode": "ADD"}}
    assert client.error(UPDATE, input=change) == "inserting into scenes_tags: FOREIGN KEY constraint failed"
    assert client.error(UPDATE, input={"ids": [99], "organized": True}) == "sql: no rows in result set"
    assert scene.tag_ids == []
    found = client.error("{findScenes(ids: [1, 99]){count}}")
    assert found == "scene with id 99 not found"


def test_tag_names_and_aliases_are_unique_in_any_case(standin: StandIn) -> None:
    client = Client(standin.url)
    standin.add_tag("Sense: done", aliases=["Finished"])
    assert client.error(TAG, input={"name": " sense: DONE "}) == "tag with name 'sense: DONE' already exists"
    assert client.error(TAG, input={"name": "finished"}) == "name 'finished' is used as alias for 'Sense: done'"
    assert client.error(TAG, input={"name": "sense%"}) == "tag with name 'sense%' already exists"
    assert client.data(TAG, input={"name": "Sense: other"}) == {"id": "2"}


def test_names_are_found_with_like_and_pages_follow_the_id(standin: StandIn) -> None:
    client = Client(standin.url)
    for number in range(5):
        standin.add_scene(None, title=f"s{number}")
    document = """query($last: Int!) {
      findScenes(scene_filter: {id: {value: $last, modifier: GREATER_THAN}}, filter: {sort: "id", direction: ASC, per_page: 2}) {
        count scenes { id }
      }
    }"""
    page = client.data(document, last=2)
    assert (page["count"], [scene["id"] for scene in page["scenes"]]) == (3, ["3", "4"])
    standin.add_tag("Jane_Doe")
    named = "query($name: String!){findTags(tag_filter:{name:{value:$name,modifier:EQUALS}}){tags{name}}}"
    assert client.data(named, name="jane_doe")["tags"] == [{"name": "Jane_Doe"}]
    assert client.data(named, name="jane")["tags"] == []


def test_tags_are_counted_with_their_children_and_forgotten_when_destroyed(standin: StandIn) -> None:
    client = Client(standin.url)
    parent = standin.add_tag("Stash Sense")
    child = standin.add_tag("Sense: done", parent_ids=[parent.id])
    scene = standin.add_scene(None, tags=[child])
    ask = "query($id: ID!){findTag(id:$id){scene_count deep: scene_count(depth:-1) children{name}}}"
    assert client.data(ask, id=parent.id) == {"scene_count": 0, "deep": 1, "children": [{"name": "Sense: done"}]}
    assert client.data("mutation{tagsDestroy(ids:[2])}") is True
    assert (scene.tag_ids, list(standin.store.tags)) == ([], [parent.id])
    assert client.error("mutation{tagsDestroy(ids:[2])}") == "id 2 does not exist in tags"


def test_performers_have_an_own_image_or_the_stock_one(standin: StandIn) -> None:
    client = Client(standin.url)
    standin.add_performer("With", image=b"\xff\xd8jpeg")
    standin.add_performer("Without")
    rows = client.data('{findPerformers(filter:{sort:"id"}){performers{image_path}}}')["performers"]
    own, stock = (row["image_path"].removeprefix(standin.url) for row in rows)
    assert ("default=true" in own, "default=true" in stock) == (False, True)
    assert client.get(own) == b"\xff\xd8jpeg"
    assert client.get(stock).startswith(b"<svg")
    create = "mutation($input: PerformerCreateInput!){performerCreate(input:$input){id}}"
    assert client.error(create, input={"name": "with"}) == "performer with name 'with' already exists"
    assert client.data(create, input={"name": "With", "disambiguation": "other"}) == {"id": "3"}


def test_images_of_a_zip_have_virtual_paths(standin: StandIn, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("01.jpg", b"\xff\xd8one")
    jane = standin.add_performer("Jane")
    gallery = standin.add_gallery(tmp_path / "set.zip", performers_of_images=[jane])
    client = Client(standin.url)
    document = """query($f: ImageFilterType) { findImages(image_filter: $f) { count images {
      paths { image } visual_files { __typename ... on ImageFile { path zip_file { path } } } } } }"""
    both = {
        "galleries": {"value": [gallery.id], "modifier": "INCLUDES"},
        "performer_count": {"value": 1, "modifier": "EQUALS"},
    }
    image = client.data(document, f=both)["images"][0]
    expected = {
        "__typename": "ImageFile",
        "path": f"{tmp_path}/set.zip/01.jpg",
        "zip_file": {"path": f"{tmp_path}/set.zip"},
    }
    assert image["visual_files"] == [expected]
    assert client.get(image["paths"]["image"].removeprefix(standin.url)) == b"\xff\xd8one"
    assert client.data(document, f={"performer_count": {"value": 1, "modifier": "GREATER_THAN"}})["count"] == 0


def test_plugin_settings_are_replaced_as_a_whole(standin: StandIn) -> None:
    client = Client(standin.url)
    configure = 'mutation($input: Map!){configurePlugin(plugin_id:"stash-sense", input:$input)}'
    client.data(configure, input={"threads": 2, "done_tag": False})
    client.data(configure, input={"threads": 3})
    read = "query($ids: [ID!]){configuration{plugins(include:$ids)}}"
    assert client.data(read, ids=["stash-sense"]) == {"plugins": {"stash-sense": {"threads": 3}}}
    assert client.data(read, ids=["another"]) == {"plugins": {}}


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_plugin_files_are_joined_and_assets_found(sample: StandIn) -> None:
    client = Client(sample.url)
    assert client.get("/plugin/stash-sense/javascript") == b"one();\ntwo();\n"
    assert "missing.js" in sample.logged("error")[0]
    assert client.get("/plugin/stash-sense/assets/a.txt") == b"asset"
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        client.get("/plugin/stash-sense/assets/../sample.py")
    refused.value.close()


def test_a_test_adds_pages_of_its_own(make_standin: MakeStandIn, tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text("app()", "utf-8")
    stash = make_standin(extra_routes={"/static/": tmp_path, "/": lambda path: ("text/html", path.encode())})
    client = Client(stash.url)
    assert client.get("/static/app.js") == b"app()"
    assert client.get("/scenes/12") == b"/scenes/12"
    assert "script-src 'self'" in client.last_headers["Content-Security-Policy"]


# --- Subscriptions -------------------------------------------------------------------------------------------------


def test_job_events_arrive_over_the_websocket(sample: StandIn) -> None:
    client = WsClient(sample.port)
    assert "Sec-WebSocket-Protocol: graphql-transport-ws" in client.head
    client.send({"type": "connection_init"})
    assert client.receive() == {"type": "connection_ack"}
    client.send(
        {
            "id": "a",
            "type": "subscribe",
            "payload": {"query": "subscription{jobsSubscribe{type job{id status progress}}}"},
        }
    )
    client.send({"type": "ping"})
    assert client.receive() == {"type": "pong"}, "the subscription stands before the task starts"
    job = sample.run_task("Echo")
    seen = []
    while not seen or seen[-1]["type"] != "REMOVE":
        message = client.receive()
        assert (message["id"], message["type"]) == ("a", "next")
        seen.append(message["payload"]["data"]["jobsSubscribe"])
    client.close()
    assert seen[0] == {"type": "ADD", "job": {"id": str(job.id), "status": "READY", "progress": 0.0}}
    assert seen[-1]["job"]["status"] == "FINISHED"
