"""The HTTP side of the stand-in stash-box: keys, faults, pictures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse
from tests.stashbox.faults import Fault
from tests.stashbox.world import TooLarge, WorldImage

if TYPE_CHECKING:
    from tests.stashbox.server import BoxServer

PAGE = b'<!doctype html><html><head><title>Stash-Box</title></head><body><div id="root"></div></body></html>'
SHIELD = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>challenge-platform</body></html>"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived. operation: "" for pictures."""

    path: str
    headers: dict[str, str]
    operation: str = ""
    variables: dict[str, Any] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    box: BoxServer

    def log_message(self, *_args: Any) -> None:
        return

    def do_HEAD(self) -> None:
        self.reply(405, b"")

    def do_GET(self) -> None:
        self.box.seen.append(Seen(self.path, dict(self.headers)))
        if not self.path.startswith("/images/"):
            self.reply(200, PAGE, "text/html; charset=utf-8")
        elif self.headers.get("ApiKey") not in {None, self.box.key}:
            self.reply(401, b"", None)
        else:
            fault = self.box.image_faults.take(None)
            image = self.box.world.image(self.path.removeprefix("/images/").partition("?")[0])
            self._strike(fault, lambda: self._picture(image)) if fault else self._picture(image)

    def _picture(self, image: WorldImage | None) -> None:
        if image is None:
            self.reply(404, b"404 page not found\n", "text/plain; charset=utf-8")
        elif image.status == 404:
            self.reply(404, b"stat /images/x: no such file or directory\n", "text/plain; charset=utf-8")
        else:
            self.reply(image.status, image.data, image.content_type)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.partition("?")[0] != "/graphql":
            self.reply(200, PAGE, "text/html; charset=utf-8")
            return
        given = json.loads(body)
        try:
            document = parsed(given["query"])
        except GraphQLError as err:
            self.send_json(422, {"errors": [{"message": err.message}], "data": None})
            return
        name = operation_name(document)
        self.box.seen.append(Seen(self.path, dict(self.headers), name, given.get("variables") or {}))
        fault = self.box.faults.take(name)
        proceed = lambda: self._graphql(document, given.get("variables") or {})  # noqa: E731 — handed on, not named
        self._strike(fault, proceed) if fault else proceed()

    def _graphql(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        key = self.headers.get("ApiKey") or ""
        if key not in {"", self.box.key}:
            self.reply(401, b"", None)
        elif not key and "__type" not in root_fields(document):
            error = {"message": "not authorized", "path": root_fields(document)[:1]}
            self.send_json(200, {"errors": [error], "data": None})
        else:
            try:
                answer = self.box.answer(document, variables, f"http://{self.headers['Host']}")
            except TooLarge:
                self._refuse()
            else:
                self.send_json(*answer)

    def _refuse(self) -> None:
        refusal = self.box.refusal
        if refusal == "drop":
            self.close_connection = True
        elif refusal == "slow":
            time.sleep(1.0)
            self.close_connection = True
        elif refusal == "error":
            error = {"message": "operation has complexity 1000, which exceeds the limit of 200"}
            self.send_json(200, {"errors": [error], "data": None})
        else:
            self.reply(int(refusal), b"<html><body>nginx</body></html>", "text/html")

    def _strike(self, fault: Fault, proceed: Callable[[], None]) -> None:
        value = fault.value
        if fault.kind == "too_fast":
            self.reply(
                429, b'{"message":"Too Many Attempts."}', "application/json", {"Retry-After": value} if value else {}
            )
        elif fault.kind == "unauthorized":
            self.reply(401, b"", None)
        elif fault.kind in {"not_authorized", "error"}:
            words = value or "not authorized"
            self.send_json(200, {"errors": [{"message": words, "path": ["queryPerformers"]}], "data": None})
        elif fault.kind == "status":
            self.reply(int(value), b"upstream trouble", "text/plain")
        elif fault.kind == "page":
            self.reply(200, PAGE, "text/html; charset=utf-8")
        elif fault.kind == "shield":
            self.reply(int(value or 403), SHIELD, "text/html", {"Server": "cloudflare", "CF-RAY": "1-AMS"})
        elif fault.kind == "redirect":
            self.reply(307, b"", None, {"Location": value})
        elif fault.kind == "drop":
            self.close_connection = True
        else:
            self._spoil(fault, proceed)

    def _spoil(self, fault: Fault, proceed: Callable[[], None]) -> None:
        """The right answer, but late, in drips or cut."""
        if fault.kind == "slow":
            time.sleep(float(fault.value))
            proceed()
            return
        wire, self.wfile = self.wfile, _Held()
        proceed()
        answer, self.wfile = bytes(self.wfile.held), wire
        self.close_connection = True
        head = answer.index(b"\r\n\r\n") + 4
        if fault.kind == "cut":
            wire.write(answer[: (head + len(answer)) // 2])
            return
        wire.write(answer[:head])
        for start in range(head, len(answer)):
            wire.write(answer[start : start + 1])
            time.sleep(float(fault.value))

    def send_json(self, status: int, body: dict[str, Any]) -> None:
        self.reply(status, json.dumps(body).encode(), "application/json")

    def reply(
        self, status: int, body: bytes, kind: str | None = "text/plain", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Held:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> None:
        self.held += data

    def flush(self) -> None:
        return


@cache
def parsed(text: str) -> DocumentNode:
    """The same object for the same text."""
    return parse(text, no_location=True)


def operation_name(document: DocumentNode) -> str:
    names = [one.name.value for one in document.definitions if isinstance(one, OperationDefinitionNode) and one.name]
    return names[0] if names else "unnamed"


def root_fields(document: DocumentNode) -> list[str]:
    """The names of the fields asked of Query, once for each alias."""
    return [
        field.name.value
        for one in document.definitions
        if isinstance(one, OperationDefinitionNode)
        for field in one.selection_set.selections
    ]
