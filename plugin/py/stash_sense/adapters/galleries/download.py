"""Downloads a package from a web server, and goes on where it was cut off, also in another process a day later."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stash_sense.adapters.galleries.archive import Progress, need_space, silent
from stash_sense.adapters.galleries.manifest import CHUNK, hash_file
from stash_sense.adapters.galleries.staging import plain_words
from stash_sense.errors import ServerError, SetupError

ZIP = b"PK"
TRIES = 5  # in a row without a single byte gained
OURS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EIO,
}  # of our own disk, not of the network
FORGOTTEN_S = 30 * 86_400.0
RETRY = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may be silent, and how to wait for it."""

    timeout_s: float = 60.0
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class Download:
    """One file on its way. part: the bytes so far; note: what the server said about the file (no address: it may hold a password).

    what: the file in a word. magic: how it begins.
    """

    address: str
    folder: Path
    patience: Patience = field(default_factory=Patience)
    what: str = "package"
    magic: bytes = ZIP
    _name: str = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SetupError("A gallery can be downloaded from an address that begins with http:// or https:// only.")
        if parts.username is not None or parts.password is not None:
            raise SetupError(
                "The address has a user name in it, which is not supported: download the file by hand and import that."
            )
        self._name = hashlib.sha256(self.address.partition("#")[0].encode()).hexdigest()[:16]

    @property
    def part(self) -> Path:
        return self.folder / f"{self._name}.part"

    @property
    def note(self) -> Path:
        return self.folder / f"{self._name}.json"

    @property
    def shown(self) -> str:
        """The address as it may be shown: without what follows the path."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.hostname}{parts.path}"

    def fetch(self, progress: Progress = silent) -> Path:
        """The whole file. "#sha256=…" at the end of the address is checked. Raises SetupError, ServerError with the remedy."""
        with plain_words(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            tries = 0
            while not self._complete():
                had = self._had()
                try:
                    self._go_on(progress)
                except (OSError, http.client.HTTPException, _AgainError) as err:
                    tries = 1 if self._had() > had else tries + 1
                    self._wait(err, tries)
            self._check()
            self._drop_forgotten()
        return self.part

    def drop(self) -> None:
        """Removes the file and what is known about it."""
        for path in (self.part, self.note):
            with contextlib.suppress(OSError):
                path.unlink()

    def _drop_forgotten(self) -> None:
        """Removes downloads that nobody went on with for a month."""
        bound = self.part.stat().st_mtime - FORGOTTEN_S
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < bound:
                    path.unlink()

    def _wait(self, err: Exception, tries: int) -> None:
        if isinstance(err, OSError) and err.errno in OURS:
            raise err
        if isinstance(err, urllib.error.URLError) and isinstance(err.reason, ssl.SSLCertVerificationError):
            raise SetupError(f"{self.shown} cannot be trusted: its certificate is not valid.") from err
        if tries >= TRIES:
            raise ServerError(
                f"The download of {self.shown} got no further ({_reason(err)}): start it again later, it goes on where it was."
            ) from err
        after = err.after_s if isinstance(err, _AgainError) else None
        self.patience.sleep(min(300.0, 2.0**tries if after is None else after))

    def _go_on(self, progress: Progress) -> None:
        had, said = self._had(), self._said()
        request = urllib.request.Request(
            self.address.partition("#")[0], headers={"User-Agent": "stash-sense", "Accept-Encoding": "identity"}
        )
        mark = said.get("etag") or said.get("modified")
        if had and mark:
            request.add_header("Range", f"bytes={had}-")
            request.add_header("If-Range", mark)
        try:
            answer = _opener().open(request, timeout=self.patience.timeout_s)
        except urllib.error.HTTPError as err:
            with err:
                self._refused(err)
            return
        with answer:
            self._receive(answer, had, progress)

    def _refused(self, err: urllib.error.HTTPError) -> None:
        if err.code == 416:  # we have as much as there is, or more: begin again
            self.drop()
            raise _AgainError(0.0)
        if err.code in RETRY:
            after = err.headers.get("Retry-After", "")
            raise _AgainError(float(after) if after.isdigit() else None, err.code)
        raise SetupError(f"{self.shown} cannot be downloaded: the server answers {err.code}. Check the address.")

    def _receive(self, answer: http.client.HTTPResponse, had: int, progress: Progress) -> None:
        begun = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {had}-")
        if answer.status == 206 and not begun:
            self.drop()
            raise _AgainError(0.0)
        length = int(answer.headers["Content-Length"]) if answer.headers.get("Content-Length", "").isdigit() else None
        start = had if begun else 0
        total = None if length is None else start + length
        need_space(self.folder, length or 0)
        if not begun:
            self.drop()  # first, lest a kill leaves old bytes beside the new file's note
            etag = answer.headers.get("ETag", "")
            marks = {"etag": "" if etag.startswith("W/") else etag, "modified": answer.headers.get("Last-Modified", "")}
            self.note.write_text(json.dumps({**marks, "size": total}), "utf-8")
        with self.part.open("ab" if begun else "wb") as file:
            self._copy(answer, file.write, start, total, progress)

    def _copy(
        self,
        answer: http.client.HTTPResponse,
        write: Callable[[bytes], object],
        done: int,
        total: int | None,
        progress: Progress,
    ) -> None:
        while chunk := answer.read1(CHUNK):
            if done == 0 and not chunk.startswith(self.magic[: len(chunk)]):
                self.drop()
                raise SetupError(
                    f"{self.shown} is no {self.what}: the server sent something else, perhaps a web page. Check the address."
                )
            write(chunk)
            done += len(chunk)
            progress(done, total or done)
        if total is not None and done != total:
            raise ConnectionError("cut off")
        self.note.write_text(json.dumps({**self._said(), "size": done}), "utf-8")

    def _had(self) -> int:
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    def _said(self) -> dict[str, Any]:
        try:
            said = json.loads(self.note.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def _complete(self) -> bool:
        size = self._said().get("size")
        return isinstance(size, int) and size == self._had()

    def _check(self) -> None:
        wanted = urlsplit(self.address).fragment
        if not wanted.startswith("sha256="):
            return
        if hash_file(self.part) != wanted.removeprefix("sha256=").lower():
            self.drop()
            raise SetupError(
                f"{self.shown} is not the file that the address promises (its sha256 differs): ask where you have it from."
            )


def _reason(err: Exception) -> str:
    """What stood in the way, in the user's words."""
    cause = err.reason if isinstance(err, urllib.error.URLError) else err
    if isinstance(cause, _AgainError):
        return "the server asks to wait" if cause.status == 429 else "the server is not well"
    if isinstance(cause, ConnectionRefusedError):
        return "the server refuses the connection"
    if isinstance(cause, TimeoutError):
        return "the server does not answer in time"
    if isinstance(cause, socket.gaierror):
        return "the name of the server is not known here, or there is no network"
    if isinstance(cause, ssl.SSLError):
        return "the encrypted connection fails"
    return "the connection breaks"


class _AgainError(Exception):
    """The server asks to try again. after_s: when, None where it does not say. status: its answer."""

    def __init__(self, after_s: float | None, status: int = 0) -> None:
        super().__init__("try again")
        self.status = status
        self.after_s = after_s


def _opener() -> urllib.request.OpenerDirector:
    """http and https only: no redirect leads to a local file."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler, urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor, urllib.request.HTTPRedirectHandler, urllib.request.UnknownHandler,
    ):  # fmt: skip
        opener.add_handler(handler())
    return opener
