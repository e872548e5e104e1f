"""What Stash serves besides GraphQL: pictures, video files, plugin files; and pages that a test adds."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.standin.plugin import Plugin
from tests.standin.rows import FileRow

if TYPE_CHECKING:
    from tests.standin.web import Handler

Route = Path | Callable[[str], tuple[str, bytes]]  # a file or folder; or path → content type and body

STOCK = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="450"><rect width="300" height="450" fill="#394b59"/></svg>'
SVG = "image/svg+xml"
CSP = (
    "default-src data: 'self' 'unsafe-inline'; connect-src data: 'self' ws: wss:; img-src data: *; "
    "script-src 'self' https://www.gstatic.com 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "media-src blob: 'self'; worker-src blob:; child-src 'none'; object-src 'none'; form-action 'self'"
)


def serve(request: Handler) -> None:
    """Answers a GET of anything but /graphql."""
    parts = unquote(request.url.path).strip("/").split("/")
    if len(parts) == 3 and parts[0] in {"scene", "image", "performer", "tag"} and parts[1].isdigit():
        _media(request, parts[0], int(parts[1]), parts[2])
    elif len(parts) >= 3 and parts[0] == "plugin":
        _plugin(request, parts[1], parts[2], "/".join(parts[3:]))
    elif not _extra(request, unquote(request.url.path)):
        _missing(request)


def _missing(request: Handler) -> None:
    request.reply(404, "text/plain; charset=utf-8", b"404 page not found\n")


def _media(request: Handler, kind: str, key: int, what: str) -> None:
    row = request.server.stash.store.find(kind, key)
    if row is None:
        _missing(request)
    elif kind == "performer" and what == "image":
        own = row.image if request.query.get("default") != "true" else None
        request.reply(200, picture_type(own) if own else SVG, own or STOCK)
    elif kind == "scene" and what == "screenshot":
        request.reply(200, picture_type(row.cover) if row.cover else SVG, row.cover or STOCK)
    elif kind == "scene" and what == "stream" and row.files:
        _file(request, Path(row.files[0].path))
    elif kind == "image" and what in {"image", "thumbnail", "preview"} and row.files:
        data = _bytes(row.files[0])
        if data is None:
            _missing(request)
        else:
            request.reply(200, picture_type(data), data)
    else:
        _missing(request)


def _bytes(file: FileRow) -> bytes | None:
    if file.zip_path is None:
        return Path(file.path).read_bytes() if Path(file.path).is_file() else None
    with zipfile.ZipFile(file.zip_path) as archive:
        return archive.read(file.path[len(file.zip_path) + 1 :])


def picture_type(data: bytes) -> str:
    for start, kind in ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"), (b"GIF8", "image/gif"), (b"<svg", SVG)):
        if data.startswith(start):
            return kind
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"


def _plugin(request: Handler, plugin_id: str, what: str, rest: str) -> None:
    stash = request.server.stash
    plugin = stash.plugins.get(plugin_id)
    if plugin is None:
        _missing(request)
    elif plugin_id in stash.disabled_plugins:
        request.reply(400, "text/plain; charset=utf-8", b"plugin disabled\n")
    elif what in {"javascript", "css"}:
        kind = "text/javascript" if what == "javascript" else "text/css"
        request.reply(200, kind, _joined(request, plugin, what), {"Cache-Control": "no-cache"})
    elif what == "assets" and (path := _asset(plugin, f"/{rest}")) is not None:
        _file(request, path)
    else:
        _missing(request)


def _joined(request: Handler, plugin: Plugin, what: str) -> bytes:
    """All files of a kind in the order of the yml; one that is missing is left out with a line in the log."""
    target = io.BytesIO()
    for name in plugin.files(what):
        path = plugin.folder / name
        if path.is_file():
            target.write(path.read_bytes() + b"\n")
        else:
            request.server.stash.note("error", f"error serving file {path}: no such file")
    return target.getvalue()


def _asset(plugin: Plugin, path: str) -> Path | None:
    for prefix, folder in (plugin.ui.get("assets") or {}).items():
        if prefix.startswith("/") and path.startswith(prefix):
            root = (plugin.folder / folder).resolve()
            target = (root / path[len(prefix) :].lstrip("/")).resolve()
            return target if target.is_file() and root in target.parents else None
    return None


def _extra(request: Handler, path: str) -> bool:
    """The longest route of the test's own that fits: the same path, or one that ends with / and lies above."""
    extra = request.server.stash.extra_routes
    fitting = [prefix for prefix in extra if path == prefix or (prefix.endswith("/") and path.startswith(prefix))]
    if not fitting:
        return False
    prefix = max(fitting, key=len)
    route = extra[prefix]
    if isinstance(route, Path):
        target = route / path[len(prefix) :] if route.is_dir() else route
        if not target.is_file():
            return False
        _file(request, target)
        return True
    kind, body = route(path)
    request.reply(200, kind, body, {"Content-Security-Policy": CSP} if kind.startswith("text/html") else None)
    return True


def _file(request: Handler, path: Path) -> None:
    """A file from disk; one byte range is honoured, as a video player needs."""
    if not path.is_file():
        _missing(request)
        return
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = "text/javascript" if path.suffix in {".js", ".mjs"} else kind
    headers = {"Accept-Ranges": "bytes"} | ({"Content-Security-Policy": CSP} if kind == "text/html" else {})
    wanted = request.headers.get("Range", "")
    if not wanted.startswith("bytes=") or "," in wanted:
        request.reply(200, kind, data, headers)
        return
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    request.reply(206, kind, data[start : end + 1], headers)
