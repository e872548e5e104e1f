from __future__ import annotations

import json
import os
import re
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.packages import SPACE, a_package
from tests.serving import served

from stash_sense.adapters.galleries import archive, download
from stash_sense.adapters.galleries.archive import NoSpaceError
from stash_sense.adapters.galleries.download import Download, Patience
from stash_sense.adapters.galleries.folders import DOWNLOADS, GalleryFolders
from stash_sense.errors import ServerError, SetupError

usage = namedtuple("usage", "total used free")
DATA = b"PK" + bytes(range(256)) * 400


@dataclass
class Files:
    """A web server with one file, which it can cut, refuse or change. cut_at: bytes after which the next answers end, one each."""

    data: bytes = DATA
    etag: str | None = '"one"'
    ranges: bool = True
    cut_at: list[int] = field(default_factory=list)
    statuses: list[tuple[int, str]] = field(default_factory=list)
    length: bool = True
    redirect: str | None = None
    seen: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.seen.append({key.lower(): value for key, value in handler.headers.items()})
        if self.statuses:
            status, after = self.statuses.pop(0)
            return self.refuse(handler, status, after)
        if self.redirect:
            handler.send_response(302)
            handler.send_header("Location", self.redirect)
            handler.end_headers()
            return None
        begin = self.begin(handler)
        if begin > len(self.data):
            return self.refuse(handler, 416, "")
        body = self.data[begin:]
        handler.send_response(206 if begin else 200)
        if self.etag:
            handler.send_header("ETag", self.etag)
        if begin:
            handler.send_header("Content-Range", f"bytes {begin}-{len(self.data) - 1}/{len(self.data)}")
        if self.length:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: self.cut_at.pop(0)] if self.cut_at else body)
        return None

    def begin(self, handler: BaseHTTPRequestHandler) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if not self.ranges or not asked or handler.headers.get("If-Range") != self.etag:
            return 0
        return int(asked[1])

    def refuse(self, handler: BaseHTTPRequestHandler, status: int, after: str) -> None:
        handler.send_response(status)
        if after:
            handler.send_header("Retry-After", after)
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@contextmanager
def serving(files: Files) -> Iterator[Files]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name http.server calls
            files.answer(self)

        def log_message(self, *args: object) -> None: ...

    with served(Handler) as base_url:
        files.address = f"{base_url}/gallery.zip?key=SECRET"
        yield files


@dataclass
class Slept:
    seconds: list[float] = field(default_factory=list)

    @property
    def patience(self) -> Patience:
        return Patience(timeout_s=5.0, sleep=self.seconds.append)


def fetched(
    files: Files, folder: Path, slept: Slept | None = None, progress: Callable[..., None] = lambda *_: None
) -> bytes:
    return Download(files.address, folder, (slept or Slept()).patience).fetch(progress).read_bytes()


def test_a_file_comes_whole_and_the_progress_is_told(tmp_path: Path) -> None:
    seen: list[tuple[float, float]] = []
    with serving(Files()) as files:
        assert fetched(files, tmp_path, progress=lambda *at: seen.append(at)) == DATA
    assert seen[-1] == (len(DATA), len(DATA))


def test_a_download_that_is_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    slept = Slept()
    with serving(Files(cut_at=[10_000, 20_000])) as files:
        assert fetched(files, tmp_path, slept) == DATA
    assert [one.get("range") for one in files.seen] == [None, "bytes=10000-", "bytes=30000-"]
    assert slept.seconds == [2.0, 2.0], "what gained something does not count as a try"


def test_another_process_goes_on_a_day_later(tmp_path: Path) -> None:
    with serving(Files(cut_at=[10_000] + [0] * 4)) as files:
        with pytest.raises(ServerError, match="goes on where it was"):
            fetched(files, tmp_path)
        files.seen.clear()
        assert fetched(files, tmp_path) == DATA
    assert [one.get("range") for one in files.seen] == ["bytes=10000-"]


@pytest.mark.parametrize("change", [{"etag": '"two"'}, {"ranges": False}, {"etag": None}])
def test_a_file_that_changed_meanwhile_is_begun_again(tmp_path: Path, change: dict[str, object]) -> None:
    with serving(Files(cut_at=[10_000] + [0] * 4)) as files:
        with pytest.raises(ServerError):
            fetched(files, tmp_path)
        files.data = b"PK" + b"x" * 30_000
        for key, value in change.items():
            setattr(files, key, value)
        assert fetched(files, tmp_path) == files.data


def test_without_a_mark_nothing_is_put_together_from_two_files(tmp_path: Path) -> None:
    with serving(Files(etag=None, cut_at=[10_000])) as files:
        assert fetched(files, tmp_path) == DATA
    assert [one.get("range") for one in files.seen] == [None, None]


def test_a_part_longer_than_the_file_is_begun_again(tmp_path: Path) -> None:
    with serving(Files()) as files:
        begun = Download(files.address, tmp_path, Slept().patience)
        begun.part.write_bytes(b"x" * (len(DATA) + 5))
        begun.note.write_text(json.dumps({"etag": '"one"', "modified": "", "size": len(DATA)}))
        assert begun.fetch().read_bytes() == DATA


def test_a_busy_server_is_waited_for(tmp_path: Path) -> None:
    slept = Slept()
    with serving(Files(statuses=[(503, "7"), (429, ""), (500, "")])) as files:
        assert fetched(files, tmp_path, slept) == DATA
    assert slept.seconds == [7.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_said_at_once_and_without_the_query(tmp_path: Path, status: int) -> None:
    slept = Slept()
    with serving(Files(statuses=[(status, "")])) as files, pytest.raises(SetupError, match=str(status)) as failed:
        fetched(files, tmp_path, slept)
    assert slept.seconds == []
    assert "SECRET" not in str(failed.value)


def test_a_web_page_is_no_package(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><title>Sign in</title>"
    with serving(Files(data=page)) as files, pytest.raises(SetupError, match="perhaps a web page"):
        fetched(files, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_sha256_in_the_address_is_checked(tmp_path: Path) -> None:
    with serving(Files()) as files:
        plain = files.address
        files.address = f"{plain}#sha256={sha256(DATA).hexdigest()}"
        assert fetched(files, tmp_path) == DATA
        assert len(files.seen) == 1
        files.address = f"{plain}#sha256={'0' * 64}"
        with pytest.raises(SetupError, match="sha256 differs"):
            fetched(files, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_is_followed_but_not_to_a_local_file(tmp_path: Path) -> None:
    (tmp_path / "secret.zip").write_bytes(DATA)
    with serving(Files()) as target, serving(Files(redirect="")) as files:
        files.redirect = target.address
        assert fetched(files, tmp_path / "a") == DATA
        files.redirect = (tmp_path / "secret.zip").as_uri()
        with pytest.raises(SetupError, match="302"):
            fetched(files, tmp_path / "b")


@pytest.mark.parametrize(
    "address", ["ftp://a.example/x.zip", "file:///etc/passwd", "http://", "https://ann:pw@a.example/x.zip"]
)
def test_an_address_that_cannot_be_is_a_sentence(tmp_path: Path, address: str) -> None:
    with pytest.raises(SetupError) as failed:
        Download(address, tmp_path)
    assert "pw" not in str(failed.value)


def test_a_server_that_is_away_ends_in_a_sentence(tmp_path: Path) -> None:
    with serving(Files()) as files:
        pass
    slept = Slept()
    with pytest.raises(ServerError, match=r"\(the server refuses the connection\): start it again later"):
        fetched(files, tmp_path, slept)
    assert len(slept.seconds) == download.TRIES - 1


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Files(statuses=[(429, "")] * 5), "the server asks to wait"),
        (Files(statuses=[(503, "")] * 5), "the server is not well"),
        (Files(cut_at=[0] * 5), "the connection breaks"),
    ],
)
def test_why_it_got_no_further_is_said_in_plain_words(tmp_path: Path, trouble: Files, words: str) -> None:
    with serving(trouble) as files, pytest.raises(ServerError) as told:
        fetched(files, tmp_path)
    assert f"got no further ({words}): start it again later" in str(told.value)


def test_no_key_of_the_address_is_written_to_the_disk(tmp_path: Path) -> None:
    with serving(Files(cut_at=[10_000] + [0] * 4)) as files, pytest.raises(ServerError):
        fetched(files, tmp_path)
    written = b"".join(path.name.encode() + path.read_bytes() for path in tmp_path.iterdir())
    assert len(written) > 10_000
    assert b"SECRET" not in written


def test_a_download_that_was_given_up_is_removed_after_a_month(tmp_path: Path) -> None:
    for name, age_days in (("old.part", 40), ("recent.part", 5)):
        (tmp_path / name).write_bytes(b"PK")
        then = time.time() - age_days * 86_400
        os.utime(tmp_path / name, (then, then))
    with serving(Files()) as files:
        fetched(files, tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.part") if path.stat().st_size < 9) == ["recent.part"]


# A package from an address


def test_a_package_is_imported_from_an_address(tmp_path: Path) -> None:
    built = a_package(tmp_path / "there")
    data = GalleryFolders(tmp_path / "there").export("boxes", built.name, str(tmp_path / "x.zip")).read_bytes()
    folders = GalleryFolders(tmp_path / "here", Slept().patience)
    with serving(Files(data=data, cut_at=[20_000, 5_000])) as files:
        name, manifest = folders.take(files.address, SPACE)
    assert folders.verify(name, manifest.build_id).faces == 9
    assert list((folders.root / DOWNLOADS).iterdir()) == [], "the zip is not kept"


def test_a_damaged_download_is_dropped_and_one_without_room_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = a_package(tmp_path / "there")
    data = GalleryFolders(tmp_path / "there").export("boxes", built.name, str(tmp_path / "x.zip")).read_bytes()
    folders = GalleryFolders(tmp_path / "here", Slept().patience)
    with serving(Files(data=data)) as files:
        free = iter([10**9, 1])  # enough to download it, not to unpack it
        monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: usage(0, 0, next(free)))
        with pytest.raises(NoSpaceError):
            folders.take(files.address, SPACE)
        monkeypatch.undo()
        folders.take(files.address, SPACE)
        assert len(files.seen) == 1, "it was there already"
        files.data = data[:-30]
        with pytest.raises(SetupError, match=r"127\.0\.0\.1/gallery\.zip is no package") as failed:
            folders.take(files.address, SPACE)
    assert "SECRET" not in str(failed.value)
    assert list((folders.root / DOWNLOADS).iterdir()) == []
