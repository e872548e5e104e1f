"""Who is in a scene, according to a stash-box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def casts_document(count: int) -> str:
    """`count` look-ups in one request, as the parts p0, p1 … with the variables i0, i1 …"""
    variables = " ".join(f"$i{number}: ID!" for number in range(count))
    parts = " ".join(f"p{number}: findScene(id: $i{number}) {{ ...Cast }}" for number in range(count))
    return f"query StashSense_BoxCasts({variables}) {{ {parts} }} fragment Cast on Scene {{ performers {{ performer {{ id }} }} }}"


def cast_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of the performers, each once."""
    ids = (str(one["performer"]["id"]) for one in row.get("performers") or () if one and one.get("performer"))
    return tuple(dict.fromkeys(ids))
