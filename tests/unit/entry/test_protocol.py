from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stash_sense.entry import protocol
from stash_sense.entry.protocol import Connection, encode_answer, frame, parse_connection, parse_request
from stash_sense.errors import RequestError, SetupError


def a_request(args: object = None, **connection: object) -> bytes:
    fields = {
        "Scheme": "http",
        "Host": "0.0.0.0",
        "Port": 9999,
        "Dir": "/config",
        "PluginDir": "plugins/stash-sense",
        **connection,
    }
    return json.dumps({"server_connection": fields, "args": {"mode": "status"} if args is None else args}).encode()


def test_a_request_is_read_as_stash_writes_it():
    cookie = {"Name": "session", "Value": "abc=="}
    request = parse_request(
        a_request({"mode": "identify", "scene_ids": ["1"], "force": True}, SessionCookie=cookie), {}
    )
    assert (request.mode, request.args) == ("identify", {"scene_ids": ["1"], "force": True})
    assert request.data_dir == Path("/config/stash-sense-data")
    assert request.connection == Connection(
        "http", "127.0.0.1", 9999, "abc==", None, "/config", str(Path.cwd() / "plugins/stash-sense")
    )


@pytest.mark.parametrize(
    ("host", "scheme", "base_url"),
    [
        ("0.0.0.0", "http", "http://127.0.0.1:9999"),
        ("", "http", "http://127.0.0.1:9999"),
        (None, "", "http://127.0.0.1:9999"),
        ("::", "http", "http://[::1]:9999"),
        ("[::]", "https", "https://[::1]:9999"),
        ("fe80::7", "http", "http://[fe80::7]:9999"),
        ("192.168.1.5", "HTTPS", "https://192.168.1.5:9999"),
        ("nas", "http", "http://nas:9999"),
    ],
)
def test_listen_addresses_become_addresses_to_call(host, scheme, base_url):
    assert parse_connection({"Host": host, "Scheme": scheme, "Port": 9999}, None).base_url == base_url


@pytest.mark.parametrize("cookie", [None, {}, {"Value": ""}, {"Value": None}, "text"])
def test_a_cookie_may_be_missing(cookie):
    assert parse_connection({"SessionCookie": cookie}, None).cookie is None


def test_the_api_key_leaves_the_arguments_and_shows_nowhere():
    request = parse_request(
        a_request({"mode": "status", "api_key": "top-secret"}, SessionCookie={"Value": "tasty"}), {}
    )
    assert request.connection.api_key == "top-secret"
    assert request.args == {}
    assert "secret" not in repr(request)
    assert "tasty" not in repr(request)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b'"a"',
        b"\xff",
        b"{}",
        b'{"args": []}',
        b'{"args": {"mode": 3}}',
        b'{"args": {"mode": ""}}',
    ],
)
def test_anything_else_is_refused_in_one_sentence(raw):
    with pytest.raises(RequestError, match=r"^The request[^\n]+\.$"):
        parse_request(raw, {})


def test_a_port_that_is_no_number_is_refused():
    with pytest.raises(RequestError, match="port is 'x'"):
        parse_request(a_request(Port="x"), {})


def test_the_environment_chooses_the_data_folder(tmp_path):
    assert parse_request(a_request(), {"STASH_SENSE_DATA": str(tmp_path)}).data_dir == tmp_path


def test_without_any_place_for_the_data_the_user_is_told():
    with pytest.raises(SetupError, match="STASH_SENSE_DATA"):
        parse_request(a_request(Dir=""), {})


def test_every_line_of_a_message_has_its_level_and_control_characters_go():
    assert frame("i", "one\n\ntwo\r\n\x01e\x02three") == b"\x01i\x02one\n\x01i\x02two\n\x01i\x02ethree\n"


@settings(deadline=None, derandomize=True, max_examples=60)
@given(text=st.text(), repeat=st.sampled_from([1, 3000, 20000]))
def test_no_line_is_longer_than_stash_reads(text, repeat):
    lines = frame("d", (text + "ß…𝄞") * repeat).split(b"\n")
    assert lines[-1] == b""
    for line in lines[:-1]:
        assert line.startswith(b"\x01d\x02")
        assert 4 <= len(line) + 1 < 65536
        line.decode("utf-8")


def test_a_long_line_is_cut_with_a_mark():
    line = frame("w", "é" * 100_000)
    assert len(line) < 61_000
    assert line.endswith("é…\n".encode())


@pytest.fixture
def stderr(monkeypatch):
    """What goes to Stash: a pipe in place of file descriptor 2."""
    reader, writer = os.pipe()
    monkeypatch.setattr(protocol, "STDERR", writer)
    yield lambda: os.read(reader, 1 << 20).decode()
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize(
    ("done", "total", "share"), [(1, 4, "0.2500"), (5, 4, "1.0000"), (0, 0, "0.0000"), (-1, 3, "0.0000")]
)
def test_progress_is_a_share_between_0_and_1(stderr, done, total, share):
    protocol.progress(done, total)
    assert stderr() == f"\x01p\x02{share}\n"


@pytest.mark.parametrize(
    ("level", "letter"),
    [(logging.ERROR, "e"), (logging.WARNING, "w"), (logging.INFO, "i"), (logging.DEBUG, "d"), (5, "t")],
)
def test_log_levels_are_stashs(stderr, level, letter):
    record = logging.LogRecord("x", level, "", 0, "%d of %s", (3, "4\n5"), None)
    protocol.StashHandler().emit(record)
    assert stderr() == f"\x01{letter}\x023 of 4\n\x01{letter}\x025\n"


def test_a_message_that_does_not_fit_its_arguments_is_no_failure(stderr):
    protocol.StashHandler().emit(logging.LogRecord("x", logging.INFO, "", 0, "%d", ("a",), None))
    assert "unreadable log message" in stderr()


def test_a_stash_that_has_gone_is_no_failure(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.setattr(protocol, "STDERR", writer)
    protocol.progress(1, 2)
    os.close(writer)


def test_an_answer_is_one_line_of_ascii():
    assert (
        encode_answer({"output": {"name": "Zoë\n", "odd": "\udcff"}})
        == b'{"output":{"name":"Zo\\u00eb\\n","odd":"\\udcff"}}\n'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_answer_never_holds_what_is_no_json(value):
    with pytest.raises(ValueError, match="JSON"):
        encode_answer({"output": value})
