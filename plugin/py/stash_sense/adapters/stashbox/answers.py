"""What an answer of a stash-box means: data, or an error with one readable sentence.

Kinds of error and what the client does about them: SetupError (the user acts), RefusedError (ask for less), UnknownNameError (leave the
name out), TryLaterError (once more), any other ServerError (this is no stash-box, or it is away).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from stash_sense.adapters.stash.answers import Reply, json_object, quote
from stash_sense.errors import RefusedError, ServerError, SetupError, StashSenseError

WHERE = "under Settings > Metadata Providers in Stash"

# The words of gqlgen (stash-box) and webonyx (ThePornDB) for a name that their schema lacks.
UNKNOWN = (
    re.compile(r'Cannot query field "(?P<name>\w+)" on type "(?P<type>\w+)"'),
    re.compile(r'Field "(?P<name>\w+)" is not defined by (?:input )?type "?(?P<type>\w+)'),
    re.compile(r'Value "(?P<name>\w+)" does not exist in "(?P<type>\w+)!?" enum'),
    re.compile(r'"?(?P<name>\w+)"? is not a valid (?P<type>\w+)'),
)
NO_RIGHT = re.compile(r"not authori[sz]ed|unauthori[sz]ed|unauthenticated|forbidden|invalid api ?key", re.IGNORECASE)
TOO_FAST = re.compile(r"too many (?:attempts|requests)|rate.?limit|throttl", re.IGNORECASE)
TOO_MUCH = re.compile(r"complexity|introspection|exceed|too (?:large|big|long|many|deep)|maximum|at most|per_page|timeout", re.IGNORECASE)  # fmt: skip
INVALID = {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
TOO_LARGE = {413, 414, 431}
SHIELD = re.compile(rb"just a moment|cf-chl|challenge-platform|attention required|ddos|captcha", re.IGNORECASE)


class TryLaterError(ServerError):
    """The server has trouble or asks us to slow down. too_fast: the whole endpoint is to be left alone; retry_after_s: if it says so."""

    def __init__(self, message: str, *, too_fast: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.too_fast = too_fast
        self.retry_after_s = retry_after_s


class SilentRefusalError(RefusedError):
    """A large request got no answer: too large, perhaps, or the server was away for a moment."""


class UnknownNameError(RefusedError):
    """The server's schema lacks `name` in `type_name`."""

    def __init__(self, message: str, type_name: str, name: str) -> None:
        super().__init__(message)
        self.type_name = type_name
        self.name = name


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of one part of an otherwise good answer. part: the alias it belongs to."""

    part: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` of a GraphQL answer, and what went wrong in parts of it."""

    data: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()


def answer_of(reply: Reply, host: str, now: float, *, parts: bool = False, key: str = "") -> Answer:
    """now: seconds since 1970. parts: the request has several independent parts, whose faults are the caller's.

    Raises the errors named above; their messages may quote the server, but never our `key`.
    """
    if reply.status == 429:
        raise _too_fast(reply, host, now)
    if reply.status == 401:
        raise _key_refused(host)
    content = json_object(reply)
    if content is None or not ("data" in content or "errors" in content):
        raise _not_graphql(reply, host, now)
    errors = [_without(key, one) for one in content.get("errors") or [] if isinstance(one, Mapping)]
    data = content.get("data")
    if not isinstance(data, Mapping):
        raise _failed(errors, reply, host, now)
    failure = _failed(errors, reply, host, now) if errors else None
    if failure is not None and not (parts and type(failure) is TryLaterError and not failure.too_fast):
        raise failure
    return Answer(data, tuple(_fault(one) for one in errors))


def retry_after_s(reply: Reply, now: float) -> float | None:
    """Seconds the server wants to be left alone (Retry-After, as a number or a date by the server's own clock); None if it does not say."""
    value = reply.header("retry-after").strip()
    if value.isdigit():
        return float(value)
    at = _instant(value)
    if at is None:
        return None
    return max(0.0, at - (_instant(reply.header("date")) or now))


def is_web_page(reply: Reply) -> bool:
    kind = reply.header("content-type").partition(";")[0].strip().lower()
    return kind == "text/html" or reply.body.lstrip()[:1] == b"<"


def is_shield(reply: Reply) -> bool:
    """Whether a protection service answers in place of the server, with a page for browsers."""
    by_header = reply.header("cf-mitigated") != "" or "cloudflare" in reply.header("server").lower()
    return is_web_page(reply) and (bool(SHIELD.search(reply.body)) or (by_header and reply.status in {403, 503}))


def _instant(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None


def _without(key: str, error: Mapping[str, Any]) -> Mapping[str, Any]:
    """The error, should the server have quoted our key in it, without it; before a long quotation is cut, perhaps in the midst of the key."""
    message = str(error.get("message", ""))
    return {**error, "message": message.replace(key, "…") if key else message}


def _fault(error: Mapping[str, Any]) -> Fault:
    path = error.get("path")
    first = path[0] if isinstance(path, Sequence) and path else ""
    return Fault(str(first), quote(str(error.get("message", ""))))


def _too_fast(reply: Reply, host: str, now: float) -> TryLaterError:
    return TryLaterError(
        f"{host} asks us to slow down. Lower its requests per minute {WHERE}, then start this again.",
        too_fast=True,
        retry_after_s=retry_after_s(reply, now),
    )


def _key_refused(host: str) -> SetupError:
    return SetupError(
        f"{host} does not accept the API key. Copy it again from your profile there and enter it {WHERE}."
    )


def _failed(errors: Sequence[Mapping[str, Any]], reply: Reply, host: str, now: float) -> StashSenseError:
    """The error for an answer with errors or without data."""
    text = quote("; ".join(dict.fromkeys(str(one.get("message", "")) for one in errors)) or "an error without words")
    if TOO_FAST.search(text):
        return _too_fast(reply, host, now)
    if NO_RIGHT.search(text):
        return SetupError(
            f"{host} does not let this account read ({text}). Check the API key {WHERE}, and that the account may read."
        )
    for pattern in UNKNOWN:
        if found := pattern.search(text):
            return UnknownNameError(_other_version(host, text), found["type"], found["name"])
    codes = {(one.get("extensions") or {}).get("code") for one in errors}
    if reply.status in {400, 422} or codes & INVALID:
        return RefusedError(_other_version(host, text))
    if TOO_MUCH.search(text):
        return RefusedError(f"{host} refuses a request of this size or kind ({text}).")
    return TryLaterError(f"{host} says: {text}. Start this again later.")


def _other_version(host: str, text: str) -> str:
    return f"{host} does not understand our request ({text}): it may be older or newer than what Stash Sense knows."


def _not_graphql(reply: Reply, host: str, now: float) -> StashSenseError:
    status = reply.status
    if status in TOO_LARGE:
        return RefusedError(f"{host} refuses a request of this size (status {status}).")
    if is_shield(reply):
        return TryLaterError(
            f"A page for browsers came back instead of data: the protection before {host} holds us up (status {status}). Start this again later.",
            retry_after_s=retry_after_s(reply, now),
        )
    if status >= 500 or status == 408:
        return TryLaterError(
            f"{host}, or a proxy before it, answers with error {status}. Start this again later.",
            too_fast=status == 503 and bool(reply.header("retry-after")),
            retry_after_s=retry_after_s(reply, now),
        )
    if status == 403:
        return SetupError(f"{host} does not let us in (status 403). Check the API key {WHERE}.")
    if is_web_page(reply) or status in {404, 405, 410}:
        return SetupError(
            f"{host} answers with a web page or not at all at this address, so it is not a stash-box's. Check the endpoint {WHERE}; it ends in /graphql."
        )
    return TryLaterError(f"{host} gave an answer we cannot use (status {status}). Start this again later.")
