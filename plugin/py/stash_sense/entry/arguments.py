"""The arguments of operations, read with a sentence for what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stash_sense.core.records import MediaKind
from stash_sense.errors import RequestError


def subject(args: Mapping[str, Any]) -> tuple[MediaKind, str]:
    """The scene or image that is meant."""
    if args.get("image_id") is not None:
        return "image", str(number(args, "image_id"))
    return "scene", str(number(args, "scene_id"))


def number(args: Mapping[str, Any], key: str) -> int:
    """Raises RequestError if there is no whole number of that name."""
    try:
        return int(str(args[key]))
    except (KeyError, ValueError) as err:
        raise RequestError(f"The request needs a number called {key}.") from err


def text(args: Mapping[str, Any], key: str) -> str:
    """Raises RequestError if there is no text of that name."""
    if not (value := optional(args, key)):
        raise RequestError(f"The request needs {key}.")
    return value


def optional(args: Mapping[str, Any], key: str) -> str | None:
    value = args.get(key)
    return str(value) if value not in (None, "") else None


def whole(args: Mapping[str, Any], key: str, default: int, *, least: int, most: int | None = None) -> int:
    """A whole number within bounds; the default where there is none. Raises RequestError for what is no number."""
    value = number(args, key) if args.get(key) not in (None, "") else default
    return max(least, value if most is None else min(value, most))


def numbers(args: Mapping[str, Any], key: str) -> list[int]:
    """Raises RequestError if there is no list of whole numbers of that name."""
    given = args.get(key)
    try:
        if isinstance(given, list):
            return list(dict.fromkeys(int(str(one)) for one in given))
    except ValueError as err:
        raise RequestError(f"The request needs a list of numbers called {key}.") from err
    raise RequestError(f"The request needs a list of numbers called {key}.")
