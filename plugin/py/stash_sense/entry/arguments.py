"""The arguments of operations, read with a sentence for what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from stash_sense.core.records import MediaKind
from stash_sense.errors import RequestError

Word = TypeVar("Word", bound=str)


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


def one_of(args: Mapping[str, Any], key: str, words: Sequence[Word]) -> Word | None:
    """None where there is none. Raises RequestError for another word."""
    value = optional(args, key)
    for word in words:
        if value == word:
            return word
    if value is None:
        return None
    raise RequestError(f"{key} is {value}: use {', '.join(words[:-1])} or {words[-1]}.")


def share(args: Mapping[str, Any], key: str, default: float) -> float:
    """A number from 0 to 1; the default where there is none. Raises RequestError for anything else."""
    if (given := optional(args, key)) is None:
        return default
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise RequestError(f"{key} is {given}, but has to be a number from 0 to 1.")
    return value


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
