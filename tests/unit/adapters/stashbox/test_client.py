"""What goes wrong between us and a stash-box, and the sentence it comes to."""

from __future__ import annotations

import logging
import traceback
from email.utils import formatdate
from time import time as clock

import pytest
from tests.scripted_server import Sent, scripted_server
from tests.standin.tls import TlsUnavailableError, server_context
from tests.stashbox.server import KEY
from tests.unit.adapters.stashbox.conftest import uid

from stash_sense.adapters.stash.answers import LONGEST_QUOTE
from stash_sense.adapters.stash.config import StashBoxConfig
from stash_sense.adapters.stashbox.box import open_box
from stash_sense.adapters.stashbox.limiter import FIRST_BACK_OFF_S
from stash_sense.core.catalogue.values import Ask
from stash_sense.errors import RefusedError, ServerError, SetupError, StashSenseError

FIRST = Ask(1, 5)
PAGE = "StashSense_BoxPage"


def test_the_key_travels_in_its_header(serve, connect):
    server = serve()
    connect(server).page(FIRST)
    assert {seen.headers["ApiKey"] for seen in server.seen} == {KEY}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("wrong", "does not accept the API key"),
        ("", "does not let this account read \\(not authorized\\)"),
        ("with a space", "characters that no key has"),
        ("two\nlines", "characters that no key has"),
        ("schlüssel", "characters that no key has"),
    ],
)
def test_a_key_that_does_not_hold_is_the_users_to_mend(key, words, serve, connect):
    with pytest.raises(SetupError, match=words):
        connect(serve(), api_key=key).page(FIRST)


def test_white_space_around_a_key_is_forgiven(serve, connect):
    assert connect(serve(), api_key=f" {KEY}\n").page(FIRST).count == 12


@pytest.mark.parametrize(
    "endpoint", ["", "stashdb.org/graphql", "ftp://box.example/graphql", "https://", "http://box.example:x/"]
)
def test_an_endpoint_that_is_no_address_is_the_users_to_mend(endpoint, limiter):
    with pytest.raises(SetupError, match="The endpoint of Box is not an address"):
        open_box(StashBoxConfig("Box", endpoint, "key"), limiter=limiter)


class TestRetries:
    @pytest.mark.parametrize("kind", ["drop", "cut", "error"])
    def test_a_moments_trouble_is_tried_again(self, kind, serve, connect, time):
        server = serve()
        server.faults.add(kind, "internal system error" if kind == "error" else "", operation=PAGE, times=2)
        assert connect(server).page(FIRST).count == 12
        assert server.operations().count(PAGE) == 3
        assert [wait for wait in time.slept if wait > 1] == [2.0, 4.0]

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
    def test_a_server_in_trouble_is_told_after_the_last_try(self, status, serve, connect):
        server = serve()
        server.faults.add("status", status, operation=PAGE, times=3)
        with pytest.raises(ServerError, match=f"answers with error {status}. Start this again later") as told:
            connect(server).page(FIRST)
        assert type(told.value) is ServerError
        assert server.operations().count(PAGE) == 3

    def test_a_server_that_keeps_silent(self, serve, connect):
        server = serve()
        server.faults.add("slow", 0.4, operation=PAGE, times=2)
        with pytest.raises(ServerError, match="did not answer in time"):
            connect(server, read_s=0.05, attempts=2).page(FIRST)

    def test_a_server_that_is_not_there(self, serve, connect, time):
        box = connect(serve(), endpoint="http://127.0.0.1:9/graphql")
        with pytest.raises(ServerError, match="it refused the connection"):
            box.page(Ask(1, 100_000))
        assert box.requests == 3

    def test_every_try_takes_its_turn(self, serve, connect, time):
        server = serve()
        server.faults.add("drop", operation=PAGE, times=2)
        box = connect(server, per_minute=1, pause_s=0.0)
        box.page(FIRST)
        assert box.requests == 4
        assert [wait for wait in time.slept if wait] == pytest.approx([60.0, 60.0, 60.0], abs=1e-3)


class TestTooFast:
    @pytest.mark.parametrize("value", ["17", "date"])
    def test_everybody_waits_as_long_as_the_server_says(self, value, serve, connect, limiter, time):
        server = serve()
        # A date counts by the server's clock, and this server has the real one, not ours.
        after = formatdate(clock() + 17, usegmt=True) if value == "date" else value
        server.faults.add("too_fast", after, operation=PAGE)
        assert connect(server).page(FIRST).count == 12
        assert max(time.slept) == pytest.approx(17, abs=3 if value == "date" else 0.1)

    def test_without_a_time_the_waits_double(self, serve, connect, time):
        server = serve()
        server.faults.add("too_fast", operation=PAGE, times=2)
        connect(server).page(FIRST)
        assert [round(wait) for wait in time.slept if wait > 1] == [FIRST_BACK_OFF_S, 2 * FIRST_BACK_OFF_S]

    def test_the_block_is_everybodys(self, serve, connect, limiter):
        server = serve()
        server.faults.add("too_fast", "600", operation=PAGE)
        with pytest.raises(ServerError, match="asks us to slow down"):
            connect(server, attempts=1).page(FIRST)
        assert limiter.blocked_s(connect(server).host) == pytest.approx(600, abs=1)

    def test_too_long_a_wait_ends_the_run(self, serve, connect, time):
        server = serve()
        server.faults.add("too_fast", "7200", operation=PAGE)
        with pytest.raises(ServerError, match="asks to be left alone for 120 minutes"):
            connect(server).page(FIRST)
        sent = len(server.seen)
        with pytest.raises(ServerError, match="asks to be left alone for 120 minutes"):
            connect(server).page(FIRST)
        assert len(server.seen) == sent
        assert all(wait < 1 for wait in time.slept)

    def test_busy_with_a_time_is_a_block_too(self, serve, connect, time):
        answers = [
            Sent(b"busy", 503, (("Retry-After", "33"),), "text/plain"),
            Sent({"data": {"queryPerformers": {"count": 0, "performers": []}}}),
        ]
        with scripted_server(lambda _seen: answers.pop(0) if len(answers) > 1 else answers[0]) as other:
            connect(serve(), endpoint=f"{other.base_url}/graphql").page(FIRST)
        assert max(time.slept) == pytest.approx(33, abs=0.1)

    def test_theporndb_says_it_in_its_own_words(self, serve, connect, time):
        server = serve()
        server.faults.add("error", "Too Many Attempts.", operation=PAGE)
        connect(server).page(FIRST)
        assert max(time.slept) == pytest.approx(FIRST_BACK_OFF_S, abs=0.1)


class TestOtherServers:
    def test_a_web_page_means_a_wrong_address(self, serve, connect):
        server = serve()
        with pytest.raises(SetupError, match=r"answers with a web page .* it ends in /graphql"):
            connect(server, endpoint=f"{server.base_url}/performers").page(FIRST)
        assert len(server.seen) == 0

    @pytest.mark.parametrize("status", [200, 403, 503])
    def test_a_protection_page_is_recognised(self, status, serve, connect):
        server = serve()
        server.faults.add("shield", status, operation=PAGE, times=9)
        with pytest.raises(
            ServerError, match=f"the protection before 127.0.0.1:\\d+ holds us up \\(status {status}\\)"
        ):
            connect(server).page(FIRST)

    def test_a_protection_page_may_pass(self, serve, connect):
        server = serve()
        server.faults.add("shield", 503, operation=PAGE)
        assert connect(server).page(FIRST).count == 12

    def test_a_redirect_on_the_same_host_is_followed(self, serve, connect):
        server = serve()
        server.faults.add("redirect", f"{server.base_url}/graphql?moved", operation=PAGE)
        assert connect(server).page(FIRST).count == 12

    def test_the_key_goes_to_no_other_host(self, serve, connect):
        with scripted_server(lambda _seen: Sent({"data": {}})) as other:
            server = serve()
            server.faults.add("redirect", other.base_url.replace("127.0.0.1", "localhost") + "/graphql", operation=PAGE)
            with pytest.raises(SetupError, match="sends us on to localhost:"):
                connect(server).page(FIRST)
            assert other.seen == []

    def test_a_redirect_to_no_address(self, serve, connect):
        server = serve()
        server.faults.add("redirect", "https://[oops/graphql", operation=PAGE)
        with pytest.raises(SetupError, match="sends us on to an address that is none"):
            connect(server).page(FIRST)

    def test_a_redirect_in_circles(self, serve, connect):
        server = serve()
        server.faults.add("redirect", "/graphql", operation=PAGE, times=9)
        with pytest.raises(SetupError, match="round in circles"):
            connect(server).page(FIRST)

    @pytest.mark.parametrize("status", [413, 414, 431])
    def test_a_size_it_will_not_take_is_refused_at_once(self, status, serve, connect):
        server = serve()
        server.faults.add("status", status, operation=PAGE)
        with pytest.raises(RefusedError, match=f"\\(status {status}\\)"):
            connect(server).page(Ask(1, 1000))
        assert server.operations().count(PAGE) == 1

    def test_a_path_without_a_server(self, serve, connect):
        server = serve()
        server.faults.add("status", 404, operation=PAGE)
        with pytest.raises(SetupError, match="Check the endpoint"):
            connect(server).page(FIRST)

    def test_a_certificate_is_checked(self, serve, connect, tmp_path):
        try:
            context = server_context(tmp_path)
        except TlsUnavailableError as err:
            pytest.skip(str(err))
        with scripted_server(lambda _seen: Sent({"data": {}}), context) as other:
            with pytest.raises(SetupError, match=r"certificate of 127\.0\.0\.1:\d+ does not hold"):
                connect(serve(), endpoint=f"{other.base_url}/graphql").page(FIRST)
            assert other.seen == []


class TestTheKey:
    """It is in no sentence, traceback, log line or printed value."""

    def quoting(self, seen) -> Sent:
        """A server that throws our own header back at us."""
        return Sent({"errors": [{"message": f"bad key {seen.headers.get('ApiKey')}"}], "data": None})

    @pytest.mark.parametrize("status", [200, 422, 500])
    def test_a_server_that_quotes_it(self, status, serve, connect, caplog):
        caplog.set_level(logging.DEBUG)

        def answer(seen) -> Sent:
            return Sent(self.quoting(seen).body, status)

        with scripted_server(answer) as other:
            box = connect(serve(), endpoint=f"{other.base_url}/graphql")
            with pytest.raises(StashSenseError) as told:
                box.people([uid(1)])
        text = "".join(traceback.format_exception(told.value))
        assert "bad key …" in str(told.value)
        assert KEY not in text + caplog.text + repr(box) + repr(vars(box))

    def test_a_server_that_quotes_it_about_one_person(self, serve, connect, caplog):
        caplog.set_level(logging.DEBUG)
        box = connect(serve(broken={uid(1): f"no room for {KEY}", uid(2): f"no room for {KEY}"}))
        with pytest.raises(StashSenseError, match=r"answers none of our questions \(no room for …\)") as told:
            box.people([uid(1), uid(2)])
        assert box.people([uid(1)]) == {}
        assert KEY not in "".join(traceback.format_exception(told.value)) + caplog.text

    def test_a_server_whose_words_end_in_its_midst(self, serve, connect):
        box = connect(serve(broken={uid(1): "x" * (LONGEST_QUOTE - 4) + KEY, uid(2): "y"}))
        with pytest.raises(StashSenseError) as told:
            box.people([uid(1), uid(2)])
        assert KEY[:4] not in str(told.value)

    @pytest.mark.parametrize(
        "kind", ["unauthorized", "not_authorized", "too_fast", "status", "page", "shield", "drop", "cut"]
    )
    def test_no_other_failure_shows_it(self, kind, serve, connect, caplog, limiter):
        caplog.set_level(logging.DEBUG)
        server = serve()
        server.faults.add(kind, {"status": 502, "shield": 403}.get(kind, ""), times=9)
        with pytest.raises(StashSenseError) as told:
            connect(server).page(FIRST)
        assert KEY not in "".join(traceback.format_exception(told.value)) + caplog.text
        assert KEY.encode() not in limiter.path.read_bytes()

    def test_a_key_that_cannot_be_sent(self, serve, connect):
        key = KEY + "é"
        with pytest.raises(SetupError) as told:
            connect(serve(), api_key=key)
        assert KEY not in "".join(traceback.format_exception(told.value))

    def test_a_configuration_does_not_print_it(self, serve):
        assert KEY not in repr(serve().config())

    def test_a_name_and_password_in_the_address_stay_out_of_sentences(self, limiter, time):
        box = open_box(StashBoxConfig("Box", "http://me:hidden@127.0.0.1:9/graphql", "key"), limiter=limiter)
        assert box.host == "127.0.0.1:9"
