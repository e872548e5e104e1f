"""Pictures and what servers hand out in their place."""

from __future__ import annotations

import multiprocessing
import pickle
import re

import pytest
from tests.scripted_server import Sent, scripted_server
from tests.stashbox.world import WorldImage
from tests.unit.adapters.stashbox.conftest import JPEG, a_world

from stash_sense.adapters.stashbox.images import ImageFetcher, picture_type
from stash_sense.adapters.stashbox.wire import Bounds
from stash_sense.core.catalogue.values import Fetched


@pytest.fixture
def fetcher():
    fetcher = ImageFetcher(Bounds(connect_s=2, read_s=0.3, total_s=5, size=100_000))
    yield fetcher
    fetcher.wire.close()


def test_a_picture_comes_without_any_key(fetcher, serve):
    server = serve()
    assert fetcher.fetch(f"{server.base_url}/images/i1") == Fetched("fetched", JPEG, "image/jpeg")
    assert {name.lower() for name in server.seen[0].headers}.isdisjoint({"apikey", "authorization", "cookie"})


@pytest.mark.parametrize(
    ("image", "outcome", "words"),
    [
        (WorldImage("x", b"<svg/>", "image/svg+xml"), "not_an_image", "a web page|image/svg"),
        (WorldImage("x", b"", "text/plain; charset=utf-8"), "not_an_image", "an empty file"),
        (WorldImage("x", b"<!doctype html><p>", "text/html"), "not_an_image", "a web page"),
        (WorldImage("x", b"", "image/jpeg"), "not_an_image", "an empty file"),
        (WorldImage("x", b"\xff\xd8\xff\xe0" + bytes(200_000), "image/jpeg"), "not_an_image", "larger than 0 MB"),
        (WorldImage("x", status=404), "gone", "has this picture no more"),
        (WorldImage("x", b"bad id", "text/plain", status=400), "gone", "does not know this address"),
        (WorldImage("x", b"no", "text/plain", status=403), "failed", "error 403"),
        (WorldImage("x", b"no", "text/plain", status=500), "failed", "error 500"),
    ],
)
def test_what_is_no_picture_is_told_apart(image, outcome, words, fetcher, serve):
    world = a_world(1)
    world.images["x"] = image
    fetched = fetcher.fetch(f"{serve(world).base_url}/images/x")
    assert fetched.outcome == outcome
    assert re.search(words, fetched.message)


def test_an_unknown_picture_is_gone(fetcher, serve):
    assert fetcher.fetch(f"{serve().base_url}/images/none").outcome == "gone"


def test_a_wrong_content_type_does_not_hide_a_picture(fetcher, serve):
    world = a_world(1)
    world.images["x"] = WorldImage("x", JPEG, "text/plain")
    assert fetcher.fetch(f"{serve(world).base_url}/images/x").content_type == "image/jpeg"


@pytest.mark.parametrize(("header", "wait_s"), [("25", 25.0), ("", 10.0)])
def test_a_host_that_asks_to_slow_down_is_passed_on(header, wait_s, fetcher, serve):
    server = serve()
    server.image_faults.add("too_fast", header)
    fetched = fetcher.fetch(f"{server.base_url}/images/i1")
    assert (fetched.outcome, fetched.retry_after_s) == ("failed", wait_s)


def test_a_protection_page_is_no_verdict_on_the_picture(fetcher, serve):
    server = serve()
    server.image_faults.add("shield", 200)
    assert fetcher.fetch(f"{server.base_url}/images/i1").outcome == "failed"


@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_broken_connection_is_tried_once_more(kind, fetcher, serve):
    server = serve()
    server.image_faults.add(kind)
    assert fetcher.fetch(f"{server.base_url}/images/i1").data == JPEG
    server.image_faults.add(kind, times=2)
    assert fetcher.fetch(f"{server.base_url}/images/i1").outcome == "failed"


def test_a_host_that_keeps_silent(fetcher, serve):
    server = serve()
    server.image_faults.add("slow", 0.6)
    fetched = fetcher.fetch(f"{server.base_url}/images/i1")
    assert (fetched.outcome, fetched.retry_after_s) == ("failed", None)
    assert "in time" in fetched.message


@pytest.mark.parametrize(
    "url",
    ["", "file:///etc/passwd", "ftp://x/y", "data:image/png;base64,AAAA", "http://", "http://x:y/z", "http://[x/y"],
)
def test_an_address_outside_the_web_is_not_followed(url, fetcher):
    assert fetcher.fetch(url) == Fetched("gone", message="Its address is not one of the web.")


def test_a_redirect_is_followed_but_not_out_of_the_web(fetcher, serve):
    server = serve()
    server.image_faults.add("redirect", "/images/i1")
    assert fetcher.fetch(f"{server.base_url}/images/i2").data == JPEG
    server.image_faults.add("redirect", "file:///etc/passwd")
    assert fetcher.fetch(f"{server.base_url}/images/i1").outcome == "gone"
    server.image_faults.add("redirect", "http://[x/y")
    assert fetcher.fetch(f"{server.base_url}/images/i1").outcome == "gone"
    server.image_faults.add("redirect", "/images/i1", times=9)
    assert fetcher.fetch(f"{server.base_url}/images/i1").message.endswith("sends us round in circles.")


def test_a_host_that_is_not_there(fetcher):
    assert fetcher.fetch("http://127.0.0.1:9/x.jpg").message == "127.0.0.1:9 refused the connection."


def test_a_sentence_has_neither_path_nor_password(fetcher):
    assert "secret" not in fetcher.fetch("http://me:secret@127.0.0.1:9/secret.jpg?key=secret").message


def test_it_travels_to_other_processes(fetcher):
    with scripted_server(lambda _seen: Sent(JPEG)) as server:
        copy = pickle.loads(pickle.dumps(fetcher))
        assert copy.fetch(f"{server.base_url}/x").data == JPEG
        copy.wire.close()
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.apply(fetcher.fetch, (f"{server.base_url}/x",)).data == JPEG


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0", "image/png"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\0\0\0\x20ftypisom", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_kind(data, kind):
    assert picture_type(data) == kind
