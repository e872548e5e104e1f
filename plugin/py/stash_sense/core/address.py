"""Addresses of stash-boxes, to compare. A module of its own: decisions need no more, and the values of the catalogue take long to load."""

from __future__ import annotations


def address_of(endpoint: str) -> str:
    """An endpoint without what is written in several ways: scheme, letter case, a slash at the end."""
    return endpoint.strip().casefold().partition("://")[2].rstrip("/") or endpoint
