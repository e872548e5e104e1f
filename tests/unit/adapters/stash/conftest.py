"""Requests to Stash over both transports: the standard library's and stashapi's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.scripted_server import Seen, Sent

from stash_sense.adapters.http import HttpTransport
from stash_sense.adapters.stash.client import Access, Patience
from stash_sense.adapters.stash.interface import StashInterface

QUERY = "\nquery StashSense_Ask { version { version } }"
MUTATION = "mutation StashSense_Write($input: X!) { write(input: $input) { id } }"
DATA = {"version": {"version": "v0.30.1"}}
GOOD = Sent({"data": DATA})


def failed(message: str) -> Sent:
    return Sent({"errors": [{"message": message}], "data": None})


def in_turn(*answers: Sent) -> Callable[[Seen], Sent]:
    """Each answer once, the last one for ever."""
    left = list(answers)
    return lambda _seen: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture(params=[HttpTransport, StashInterface], ids=["stdlib", "stashapi"])
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens a transport; `connect.pauses` holds what it would have slept."""
    opened = []

    def open_transport(base_url: str, cookie: str | None = "first", api_key: str | None = None, **patience: Any) -> Any:
        waits = Patience(**{"attempts": 3, "pause_s": 0.5, "sleep": open_transport.pauses.append, **patience})
        opened.append(request.param(Access(base_url, cookie, api_key), waits))
        return opened[-1]

    open_transport.pauses = []
    yield open_transport
    for transport in opened:
        transport.close()
