"""Stand-ins for the outside world in unit tests: real behaviour, no mocking library."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stash_sense.errors import NotFoundError

Answer = Mapping[str, Any] | Exception
Script = Answer | list[Answer] | Callable[[dict[str, Any]], Answer]


class FakeTransport:
    """A `GraphQL` that answers from a script: `FakeTransport({"StashSense_FindScenes": reply})`.

    A reply is the `data` of an answer, an exception to raise, a function from the variables to either, or a list of those, taken one after
    the other. files: what `fetch` returns for a path. `calls` holds every (operation name, variables) in order.
    """

    def __init__(
        self, replies: Mapping[str, Script] | None = None, *, files: Mapping[str, tuple[bytes, str]] | None = None
    ):
        self.replies: dict[str, Script] = dict(replies or {})
        self.files = dict(files or {})
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, document: str, variables: Mapping[str, Any] | None = None, *, once: bool = False) -> dict[str, Any]:
        name = re.search(r"StashSense_\w+", document).group()
        self.calls.append((name, dict(variables or {})))
        if name not in self.replies:
            raise AssertionError(f"unexpected call of {name} with {variables}")
        script = self.replies[name]
        if isinstance(script, list):
            if not script:
                raise AssertionError(f"one call of {name} too many")
            script = script.pop(0)
        answer = script(dict(variables or {})) if callable(script) else script
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def fetch(self, path: str) -> tuple[bytes, str]:
        self.calls.append(("fetch", {"path": path}))
        if path not in self.files:
            raise NotFoundError("The picture is not on the Stash server any more.")
        return self.files[path]

    def variables(self, name: str) -> list[dict[str, Any]]:
        """Of every call of that operation, in order."""
        return [variables for called, variables in self.calls if called == name]


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1_000_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
