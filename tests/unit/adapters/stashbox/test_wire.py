from __future__ import annotations

import gzip
import pickle
import socket
import threading

import pytest
from tests.scripted_server import Sent, scripted_server

from stash_sense.adapters.stashbox.wire import Bounds, Wire
from stash_sense.errors import RefusedError


@pytest.fixture
def wire():
    wire = Wire()
    yield wire
    wire.close()


def get(wire: Wire, url: str, **bounds: float) -> bytes:
    return wire.send("GET", url, headers={}, body=None, bounds=Bounds(**bounds)).body


def test_a_connection_is_kept(wire):
    with scripted_server(lambda _seen: Sent(b"yes")) as server:
        assert [get(wire, server.base_url) for _ in range(3)] == [b"yes"] * 3
    assert len({seen.peer for seen in server.seen}) == 1


def test_a_packed_answer_is_unpacked(wire):
    packed = Sent(gzip.compress(b"x" * 100_000), headers=(("Content-Encoding", "gzip"),))
    with scripted_server(lambda _seen: packed) as server:
        assert get(wire, server.base_url) == b"x" * 100_000


def test_an_answer_too_large_is_not_read_to_its_end_even_if_packed(wire):
    packed = Sent(gzip.compress(bytes(50_000_000), 1), headers=(("Content-Encoding", "gzip"),))
    with scripted_server(lambda _seen: packed) as server, pytest.raises(RefusedError, match="larger than 1 MB"):
        get(wire, server.base_url, size=1 << 20)


def test_no_cookie_is_kept_and_none_of_the_netrc_is_sent(wire, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("default login somebody password secret\n", "utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with scripted_server(lambda _seen: Sent(b"", headers=(("Set-Cookie", "a=b; Path=/"),))) as server:
        for _ in range(2):
            get(wire, server.base_url)
    assert [(seen.headers.get("Cookie"), seen.headers.get("Authorization")) for seen in server.seen] == [
        (None, None)
    ] * 2


@pytest.fixture
def proxied(monkeypatch):
    """An environment with a proxy, as companies have it."""
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with scripted_server(lambda _seen: Sent(b"by proxy")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        yield proxy


def test_the_proxy_of_the_environment_is_used(wire, proxied):
    assert get(wire, "http://box.example/graphql") == b"by proxy"
    assert proxied.seen[0].path == "http://box.example/graphql"


def test_this_machine_is_reached_without_it(wire, proxied):
    with scripted_server(lambda _seen: Sent(b"directly")) as server:
        assert get(wire, server.base_url) == b"directly"


def test_it_says_who_we_are(wire):
    with scripted_server(lambda _seen: Sent(b"")) as server:
        get(wire, server.base_url)
    assert server.seen[0].headers["User-Agent"].startswith("stash-sense")


def test_nobody_listening_is_told_apart(wire):
    with pytest.raises(ConnectionRefusedError):
        get(wire, "http://127.0.0.1:9/")


def test_an_answer_that_drips_has_an_end():
    """Byte after byte, each in time: only the whole is late. The clock is the test's: a byte moves it on by a second."""
    ticks = iter(range(10_000))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hung_up = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not hung_up.wait(0.001):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        wire = Wire(clock=lambda: float(next(ticks)))
        with pytest.raises(TimeoutError):
            get(wire, f"http://127.0.0.1:{listener.getsockname()[1]}/", total_s=20.0)
        hung_up.set()
        thread.join()
        wire.close()


def test_it_travels_to_other_processes(wire):
    with scripted_server(lambda _seen: Sent(b"yes")) as server:
        get(wire, server.base_url)
        copy = pickle.loads(pickle.dumps(wire))
        assert get(copy, server.base_url) == b"yes"
        copy.close()
