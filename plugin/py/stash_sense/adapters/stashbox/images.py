"""Pictures of people, as stash-boxes and their image hosts hand them out. No key is ever sent: none is needed, and other hosts get none."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from stash_sense.adapters.stash.answers import Reply
from stash_sense.adapters.stashbox.answers import is_shield, is_web_page, retry_after_s
from stash_sense.adapters.stashbox.limiter import FIRST_BACK_OFF_S, host_of
from stash_sense.adapters.stashbox.wire import Bounds, Wire
from stash_sense.core.catalogue.values import Fetched
from stash_sense.errors import RefusedError, SetupError

MAX_BYTES = 40 << 20
BOUNDS = Bounds(connect_s=10.0, read_s=30.0, total_s=120.0, size=MAX_BYTES)
MAX_REDIRECTS = 3
NO_ADDRESS = Fetched("gone", message="Its address is not one of the web.")

# The first bytes of what our image libraries read; the content type is not to be trusted (a server says image/jpeg of an empty file).
MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
AT_8 = {b"WEBP": "image/webp"}  # after RIFF and a length
AT_4 = {b"ftypavif": "image/avif", b"ftypavis": "image/avif", b"ftypheic": "image/heic", b"ftypmif1": "image/heic"}


@dataclass(frozen=True, slots=True)
class ImageFetcher:
    """Implements usecases.box_ports.ImageSource. attempts: only a broken connection is tried again here; the caller paces the rest."""

    bounds: Bounds = BOUNDS
    attempts: int = 2
    wire: Wire = field(default_factory=Wire)

    def fetch(self, url: str) -> Fetched:
        """The bytes, or why there are none."""
        for attempt in range(1, self.attempts + 1):
            try:
                return self._fetch(url)
            except TimeoutError:
                return _failed(f"{host_of(url)} did not hand the picture over in time.")
            except ConnectionRefusedError:
                return _failed(f"{host_of(url)} refused the connection.")
            except OSError:
                if attempt == self.attempts:
                    break
            except RefusedError:
                return Fetched("not_an_image", message=f"It is larger than {self.bounds.size >> 20} MB.")
            except SetupError as err:
                return _failed(str(err))
            except ValueError:  # of an address, ours or one we are sent on to
                return NO_ADDRESS
        return _failed(f"The connection to {host_of(url)} broke.")

    def _fetch(self, url: str) -> Fetched:
        for _ in range(MAX_REDIRECTS + 1):
            if urlsplit(url).scheme not in {"http", "https"} or not host_of(url):
                return NO_ADDRESS
            # Nothing but the picture's own address is sent; packed pictures would only hide a cut answer.
            headers = {"Accept": "image/*", "Accept-Encoding": "identity"}
            reply = self.wire.send("GET", url, headers=headers, body=None, bounds=self.bounds)
            if not reply.is_redirect:
                return _judged(reply, url)
            url = urljoin(url, reply.header("location"))
        return _failed(f"{host_of(url)} sends us round in circles.")


def picture_type(data: bytes) -> str | None:
    """The kind of picture by its first bytes; None if it is none that can be read (SVG, HTML, text, nothing)."""
    for magic, kind in MAGIC.items():
        if data.startswith(magic):
            return kind
    if data.startswith(b"RIFF"):
        return AT_8.get(data[8:12])
    return AT_4.get(data[4:12])


def _judged(reply: Reply, url: str) -> Fetched:
    host = host_of(url)
    if reply.status in {404, 410}:
        return Fetched("gone", message=f"{host} has this picture no more.")
    kind = picture_type(reply.body)
    if reply.status == 200 and kind is not None:
        return Fetched("fetched", reply.body, kind)
    if is_shield(reply):
        return _failed(f"The protection before {host} holds us up.", retry_after_s(reply, time.time()))
    if reply.status == 200:
        said = "a web page" if is_web_page(reply) else reply.header("content-type").partition(";")[0] or "nothing"
        return Fetched(
            "not_an_image", reply.body, said, f"{host} answers with {said if reply.body else 'an empty file'}."
        )
    if reply.status == 400:
        return Fetched("gone", message=f"{host} does not know this address.")
    wait_s = retry_after_s(reply, time.time()) if reply.status in {429, 503} else None
    if reply.status == 429:
        return _failed(f"{host} asks us to slow down.", FIRST_BACK_OFF_S if wait_s is None else wait_s)
    return _failed(f"{host} answers with error {reply.status}.", wait_s)


def _failed(message: str, retry_after: float | None = None) -> Fetched:
    return Fetched("failed", message=message, retry_after_s=retry_after)
