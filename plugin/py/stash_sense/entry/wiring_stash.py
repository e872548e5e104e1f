"""Wires Stash to operations, from the standard library alone; apart from wiring.py, because many operations need no Stash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from stash_sense.adapters.http import HttpTransport
from stash_sense.adapters.stash.client import Access
from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.entry.protocol import Request


def access(request: Request) -> Access:
    """Where Stash is and who we are to it."""
    connection = request.connection
    return Access(connection.base_url, connection.cookie, connection.api_key)


@contextmanager
def open_stash(request: Request) -> Iterator[HttpTransport]:
    """The Stash that started us."""
    with closing(HttpTransport(access(request))) as graphql:
        yield graphql


@contextmanager
def open_library(request: Request) -> Iterator[StashLibrary]:
    """The user's library, for reading."""
    with open_stash(request) as graphql:
        yield StashLibrary(graphql)
