"""What is asked, what comes back, and trouble on the way."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
from tests.scripted_server import Seen, Sent, scripted_server
from tests.standin.tls import TlsUnavailableError, server_context
from tests.unit.adapters.stash.conftest import DATA, GOOD, MUTATION, QUERY, failed, in_turn

from stash_sense.errors import NotFoundError, ServerError


def test_sends_document_and_variables_and_returns_the_data(connect):
    with scripted_server(in_turn(GOOD)) as server:
        assert connect(server.base_url).call(QUERY, {"name": "Zoë"}) == DATA
    assert server.seen[0].path == "/graphql"
    assert (server.seen[0].document, server.seen[0].variables) == (QUERY, {"name": "Zoë"})


@pytest.mark.parametrize(
    "answer",
    [Sent(b"<!doctype html><title>Sign in</title>", kind="text/html"), Sent(b" <html>", kind="application/json")],
)
def test_a_web_page_instead_of_data_names_the_proxy(connect, answer):
    with scripted_server(in_turn(answer)) as server, pytest.raises(ServerError, match=r"A web page came back .* proxy"):
        connect(server.base_url).call(QUERY)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"data": null}', b"{}", b"\xff\xfe"])
def test_an_answer_that_is_no_data_is_an_error(connect, body):
    with scripted_server(in_turn(Sent(body))) as server, pytest.raises(ServerError, match="status 200"):
        connect(server.base_url).call(QUERY)


def test_errors_beside_data_are_raised_in_the_servers_words(connect):
    answer = Sent({"errors": [{"message": "tag with name 'x' already exists"}], "data": DATA})
    with (
        scripted_server(in_turn(answer)) as server,
        pytest.raises(ServerError, match=r"^Stash says: tag with name 'x' already exists\.$"),
    ):
        connect(server.base_url).call(MUTATION)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "message",
    [
        "scene with id 9 not found",
        "id 9 does not exist in tags",
        "sql: no rows in result set",
        "error executing `INSERT`: FOREIGN KEY constraint failed",
    ],
)
def test_what_is_gone_is_told_apart(connect, message):
    with (
        scripted_server(in_turn(failed(message))) as server,
        pytest.raises(NotFoundError, match="not in Stash any more") as caught,
    ):
        connect(server.base_url).call(MUTATION)
    assert "INSERT" not in str(caught.value)


def test_an_unknown_field_names_the_version_we_need(connect):
    answer = Sent({"errors": [{"message": 'Cannot query field "x" on type "Scene".'}]}, status=422)
    with scripted_server(in_turn(answer)) as server, pytest.raises(ServerError, match=r"needs Stash v0\.28 or later"):
        connect(server.base_url).call(QUERY)


@pytest.mark.parametrize("document", [QUERY, MUTATION])
@pytest.mark.parametrize("once", [False, True])
def test_a_locked_database_is_waited_for(connect, document, once):
    locked = failed("database is locked")
    with scripted_server(in_turn(locked, locked, GOOD)) as server:
        assert connect(server.base_url).call(document, once=once) == DATA
    assert len(server.seen) == 3
    assert connect.pauses == [0.5, 1.0]


def test_a_database_that_stays_locked_is_an_error(connect):
    with (
        scripted_server(in_turn(failed("database is locked"))) as server,
        pytest.raises(ServerError, match="database is busy"),
    ):
        connect(server.base_url).call(QUERY)
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    "trouble", [Sent(status=502, body=b"Bad Gateway", kind="text/plain"), Sent(drop=True)], ids=["502", "drop"]
)
@pytest.mark.parametrize("document", [QUERY, MUTATION])
def test_trouble_on_the_way_is_repeated_with_growing_pauses(connect, trouble, document):
    with scripted_server(in_turn(trouble, trouble, GOOD)) as server:
        assert connect(server.base_url).call(document) == DATA
    assert connect.pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Sent(status=503, body=b"no seats", kind="text/plain"), "error 503: no seats"),
        (Sent(drop=True), "the connection broke"),
    ],
    ids=["503", "drop"],
)
def test_what_may_have_been_done_is_not_sent_twice(connect, trouble, said):
    with scripted_server(in_turn(trouble)) as server, pytest.raises(ServerError, match=said):
        connect(server.base_url).call(MUTATION, once=True)
    assert len(server.seen) == 1


def test_a_once_only_request_never_uses_a_kept_connection(connect):
    with scripted_server(in_turn(GOOD)) as server:
        transport = connect(server.base_url)
        for once in (False, False, True):
            transport.call(QUERY, once=once)
    first, second, third = (seen.peer for seen in server.seen)
    assert first == second != third


def test_a_connection_that_went_stale_is_replaced_at_once(connect):
    """The server ends the kept connection after its first answer without saying so."""
    peers: set[int] = set()

    def answer(seen: Seen) -> Sent:
        known = seen.peer in peers
        peers.add(seen.peer)
        return Sent(drop=True) if known else GOOD

    with scripted_server(answer) as server:
        transport = connect(server.base_url)
        assert [transport.call(QUERY) for _ in range(3)] == [DATA] * 3


def test_a_stash_that_is_away_is_asked_again_then_named(connect):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ServerError, match=f"http://127.0.0.1:{port} does not answer: it refused the connection"):
        connect(f"http://127.0.0.1:{port}").call(MUTATION, once=True)
    assert connect.pauses == [0.5, 1.0]


@pytest.mark.parametrize(("document", "asked"), [(QUERY, 3), (MUTATION, 1)])
def test_a_slow_answer_is_asked_for_again_unless_it_is_a_write(connect, document, asked):
    done = threading.Event()

    def answer(_seen: Seen) -> Sent:
        done.wait(10)
        return GOOD

    with scripted_server(answer) as server:
        with pytest.raises(ServerError, match="did not answer in time"):
            connect(server.base_url, read_s=0.05, write_s=0.05).call(document)
        done.set()
        pause = threading.Event()
        for _ in range(
            200
        ):  # a busy machine may hand over the last request after we have given up waiting for its answer
            if len(server.seen) >= asked or pause.wait(0.05):
                break
        assert len(server.seen) == asked


def test_the_environments_proxy_does_not_count(connect, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with scripted_server(in_turn(GOOD)) as server:
        assert connect(server.base_url).call(QUERY) == DATA


def test_a_self_signed_certificate_for_another_name_is_accepted(connect, tmp_path):
    try:
        context = server_context(tmp_path)
    except TlsUnavailableError as err:
        pytest.skip(str(err))
    with scripted_server(in_turn(GOOD), context) as server:
        assert connect(server.base_url).call(QUERY) == DATA


def test_fetches_a_picture_by_path_and_query_only(connect):
    with scripted_server(in_turn(Sent(b"\xff\xd8jpeg", kind="image/jpeg; charset=binary"))) as server:
        fetched = connect(server.base_url).fetch("https://stash.example.org/performer/7/image?t=12&apikey=abc")
    assert fetched == (b"\xff\xd8jpeg", "image/jpeg")
    assert (server.seen[0].method, server.seen[0].path) == ("GET", "/performer/7/image?t=12")
    assert server.seen[0].headers["Cookie"] == "session=first"


def test_a_picture_that_is_gone_is_told_apart(connect):
    with scripted_server(in_turn(Sent(status=404))) as server, pytest.raises(NotFoundError):
        connect(server.base_url).fetch("/image/1/image")


def test_a_web_page_is_no_picture(connect):
    with (
        scripted_server(in_turn(Sent(b"<html>", kind="text/html"))) as server,
        pytest.raises(ServerError, match="web page"),
    ):
        connect(server.base_url).fetch("/image/1/image")


def test_a_redirect_on_the_same_server_is_followed_with_the_request(connect):
    def answer(seen: Seen) -> Sent:
        return GOOD if seen.path == "/stash/graphql" else Sent(status=307, headers=(("Location", "/stash/graphql"),))

    with scripted_server(answer) as server:
        assert connect(server.base_url).call(QUERY) == DATA
    assert server.seen[1].body == server.seen[0].body


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://elsewhere.example/graphql", "sends us on to https://elsewhere.example"),
        ("/graphql", "round in circles"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_an_error(connect, location, said):
    moved = Sent(status=302, headers=(("Location", location),))
    with scripted_server(in_turn(moved)) as server, pytest.raises(ServerError, match=said):
        connect(server.base_url).call(QUERY)


def test_threads_take_turns(connect):
    with scripted_server(in_turn(GOOD)) as server:
        transport = connect(server.base_url)
        answers: list[dict[str, Any]] = []
        threads = [threading.Thread(target=lambda: answers.append(transport.call(QUERY))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [DATA] * 8
    assert len({seen.peer for seen in server.seen}) == 1
