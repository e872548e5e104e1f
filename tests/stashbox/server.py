"""A stash-box that can be talked to: HTTP on 127.0.0.1 over a BoxWorld, with the answers a real one was measured to give.

    with box_server(world) as server:
        box = open_box(server.config(), limiter=…)

Requests take turns, so that what a world does between two of them is the same in each run. Meant for hundreds of people, not for a hundred thousand.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from graphql import DocumentNode, GraphQLError, execute_sync, validate
from tests.serving import served
from tests.stashbox.faults import Faults
from tests.stashbox.schema import executable_schema
from tests.stashbox.web import Handler, Seen, root_fields
from tests.stashbox.world import BoxWorld, TooLarge

from stash_sense.adapters.stash.config import StashBoxConfig

KEY = "eyJhbGciOiJIUzI1NiJ9.a-key-for-tests.signature"
Refusal = Literal["413", "504", "drop", "error", "slow"]
# graphql-core's words are not gqlgen's.
IN_VARIABLE = re.compile(r'^Variable .*?; Value "(\w+)" does not exist in "(\w+)" enum.*$')
INVALID = {"extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}


@dataclass
class Context:
    world: BoxWorld
    base_url: str


@dataclass
class BoxServer:
    """One stash-box. without: names its build lacks (see schema.py). refusal: what a request too large for it gets.

    max_aliases: look-ups in one request, more are too large. introspection: whether it explains its schema. open: also without a key.
    """

    world: BoxWorld
    key: str = KEY
    without: frozenset[str] = frozenset()
    refusal: Refusal = "413"
    max_aliases: int | None = None
    introspection: bool = True
    broken: dict[str, str] = field(default_factory=dict)  # performer id → words of the error its look-up ends in
    faults: Faults = field(default_factory=Faults)
    image_faults: Faults = field(default_factory=Faults)
    seen: list[Seen] = field(default_factory=list)
    base_url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint(self) -> str:
        return f"{self.base_url}/graphql"

    def config(self, **changes: Any) -> StashBoxConfig:
        """As Stash would hand it over; a rate that no test waits for."""
        values = {"name": "Test box", "endpoint": self.endpoint, "api_key": self.key, "per_minute": 6_000_000}
        return StashBoxConfig(**(values | changes))

    def operations(self) -> list[str]:
        """The names of the requests, in order."""
        return [one.operation for one in self.seen if one.operation]

    def answer(self, document: DocumentNode, variables: dict[str, Any], base_url: str) -> tuple[int, dict[str, Any]]:
        """HTTP status and body. Raises TooLarge."""
        schema = executable_schema(self.without)
        if problems := _problems(self.without, document):
            return 422, {"errors": [_gqlgen(one) | INVALID for one in problems], "data": None}
        if not self.introspection and "__type" in root_fields(document):
            return 200, {"errors": [{"message": "introspection disabled"}], "data": None}
        if self.max_aliases is not None and len(root_fields(document)) > self.max_aliases:
            raise TooLarge
        with self.lock:
            self.world.tick()
            result = execute_sync(
                schema, document, context_value=Context(self.world, base_url), variable_values=variables
            )
        for error in result.errors or []:
            if isinstance(error.original_error, TooLarge):
                raise error.original_error
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [_gqlgen(one) for one in result.errors]
        status = 422 if result.errors and all(one.path is None for one in result.errors) else 200
        return status, self._with_broken(body, variables)

    def _with_broken(self, body: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        for name, value in variables.items():
            part = name.replace("i", "p", 1)
            if isinstance(value, str) and value in self.broken and part in (body["data"] or {}):
                body["data"][part] = None
                body.setdefault("errors", []).append({"message": self.broken[value], "path": [part]})
        return body


@contextmanager
def box_server(world: BoxWorld, **options: Any) -> Iterator[BoxServer]:
    """Serves on a free port of 127.0.0.1 until the block ends."""
    box = BoxServer(world, **options)
    with served(type("BoxHandler", (Handler,), {"box": box})) as box.base_url:
        yield box


@cache
def _problems(without: frozenset[str], document: DocumentNode) -> list[GraphQLError]:
    """Kept, because a hundred aliases take graphql-core some time."""
    return validate(executable_schema(without), document)


def _gqlgen(error: GraphQLError) -> dict[str, Any]:
    message = IN_VARIABLE.sub(r"\1 is not a valid \2", error.message.replace("'", '"'))
    return {"message": message} | ({"path": list(error.path)} if error.path else {})
