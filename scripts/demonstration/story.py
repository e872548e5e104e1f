"""What was found in a scene, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def tell_scene(name: str, scene: dict[str, Any], tags: Sequence[str]) -> list[str]:
    """Who, how sure, when, and which tags were written. scene: the object of design §10."""
    lines = ["", name]
    if scene["state"] == "failed":
        return [*lines, f"  {scene['message']}", f"  tags: {', '.join(tags) or 'none'}"]
    lines += [_person(person) for person in scene["people"]]
    if not scene["people"]:
        lines.append(f"  nobody: {scene['message'] or 'no face was found'}")
    lines += [f"  on the scene, not seen: {one['name']} ({one['reason']})" for one in scene["cast"] if not one["seen"]]
    return [*lines, f"  tags: {', '.join(tags) or 'none'}"]


def _person(person: dict[str, Any]) -> str:
    spans = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in person["segments"])
    seen = f"{spans or 'on the cover'}; {person['why']}"
    if person["verdict"] == "suggested":
        best = person["candidates"][0]
        return f"  {best['name']}  {int(best['probability'] * 100)} %  {seen}"  # never rounded up to certainty
    words = {"unknown": "unknown person", "insufficient": "not enough evidence"}
    return f"  {words.get(person['verdict'], person['verdict'])}  {seen}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
