"""How we sign in to Stash: with the cookie of the plugin's session, later with the API key."""

from __future__ import annotations

import pytest
from tests.scripted_server import ScriptedServer, Seen, Sent, scripted_server
from tests.unit.adapters.stash.conftest import DATA, GOOD, QUERY, failed, in_turn

from stash_sense.adapters.stash.client import Access
from stash_sense.errors import ServerError


def cookies(server: ScriptedServer) -> list[str | None]:
    return [seen.headers.get("Cookie") for seen in server.seen]


def test_adopts_every_refreshed_cookie(connect):
    refreshed = Sent(
        {"data": DATA},
        headers=(("Set-Cookie", "other=1; Path=/"), ("Set-Cookie", "session=second; Path=/; Max-Age=3600")),
    )
    with scripted_server(
        in_turn(refreshed, GOOD, Sent({"data": DATA}, headers=(("Set-Cookie", "session=third"),)), GOOD)
    ) as server:
        transport = connect(server.base_url)
        for _ in range(4):
            transport.call(QUERY)
    assert cookies(server) == ["session=first", "session=second", "session=second", "session=third"]


def test_a_cookie_that_is_taken_away_is_not_adopted(connect):
    gone = Sent({"data": DATA}, headers=(("Set-Cookie", "session=; Max-Age=0"),))
    with scripted_server(in_turn(gone, GOOD)) as server:
        transport = connect(server.base_url)
        transport.call(QUERY)
        transport.call(QUERY)
    assert cookies(server) == ["session=first", "session=first"]


def test_works_past_the_life_of_the_first_cookie(connect):
    """The server accepts each cookie for the next request only, like an hour gone by between them."""
    valid = ["first"]

    def answer(seen: Seen) -> Sent:
        if seen.headers.get("Cookie") != f"session={valid[0]}":
            return Sent(status=401)
        valid[0] = f"cookie-{len(valid[0])}-{seen.peer}"
        return Sent({"data": DATA}, headers=(("Set-Cookie", f"session={valid[0]}; Path=/; HttpOnly"),))

    with scripted_server(answer) as server:
        transport = connect(server.base_url)
        assert [transport.call(QUERY) for _ in range(5)] == [DATA] * 5


def test_the_api_key_counts_only_once_the_cookie_is_refused(connect):
    def answer(seen: Seen) -> Sent:
        return GOOD if seen.headers.get("ApiKey") == "secret-key" else Sent(status=401)

    with scripted_server(answer) as server:
        transport = connect(server.base_url, api_key="secret-key")
        assert transport.call(QUERY) == DATA
        transport.call(QUERY)
    assert [("Cookie" in seen.headers, "ApiKey" in seen.headers) for seen in server.seen] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_learns_the_api_key_for_the_day_the_cookie_fails(connect):
    def answer(seen: Seen) -> Sent:
        if seen.headers.get("ApiKey") == "learned" or b"StashSense_ApiKey" in seen.body:
            return Sent({"data": {"configuration": {"general": {"apiKey": "learned"}}}})
        return Sent(status=401)

    with scripted_server(answer) as server:
        transport = connect(server.base_url)
        transport.learn_api_key()
        transport.call(QUERY)
    assert server.seen[-1].headers["ApiKey"] == "learned"


def test_a_refusal_tells_what_to_do_and_is_not_repeated(connect):
    with (
        scripted_server(in_turn(Sent(status=401))) as server,
        pytest.raises(ServerError, match=r"does not accept our sign-in.*Settings > Security"),
    ):
        connect(server.base_url).call(QUERY)
    assert len(server.seen) == 1


def test_the_login_page_is_a_refusal(connect):
    login = Sent(status=302, headers=(("Location", "/login?returnURL=%2Fperformer%2F1"),))
    with scripted_server(in_turn(login)) as server, pytest.raises(ServerError, match="does not accept our sign-in"):
        connect(server.base_url).fetch("/performer/1")


def test_cookie_and_key_never_appear_in_an_error_or_a_representation(connect):
    with (
        scripted_server(in_turn(failed("bad session tasty-cookie or key secret-key"))) as server,
        pytest.raises(ServerError) as caught,
    ):
        connect(server.base_url, cookie="tasty-cookie", api_key="secret-key").call(QUERY)
    assert str(caught.value) == "Stash says: bad session … or key …."
    assert "tasty" not in repr(Access("http://x", "tasty-cookie", "secret-key")) + repr(caught.value)


def test_without_cookie_and_key_nothing_is_sent_along(connect):
    with scripted_server(in_turn(GOOD)) as server:
        connect(server.base_url, cookie=None).call(QUERY)
    assert not {"Cookie", "ApiKey"} & set(server.seen[0].headers)
