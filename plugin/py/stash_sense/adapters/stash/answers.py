"""What an answer of the Stash server means: data, or an error with one readable sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from stash_sense.errors import NotFoundError, ServerError, UncertainError

# What Stash says when an object is gone: its own words, and those of its database.
GONE = ("not found", "does not exist in", "no rows in result set", "FOREIGN KEY constraint failed")
LOCKED = "database is locked"
LONGEST_QUOTE = 300  # characters of the server's own words in one of our sentences


class BusyError(ServerError):
    """Stash's database was locked; nothing was written, so the request may be sent again."""


class AwayError(UncertainError):
    """A 5xx answer: Stash or a proxy before it has trouble; whether something was written is unknown."""


class SaidError(ServerError):
    """Stash works and says why it did not do this."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came. headers: names in lower case, one entry per line received, so that several cookies stay apart."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of that name, "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def cookie(self, name: str) -> str | None:
        """The value the server wants that cookie to have from now on; None if it says nothing or takes it away."""
        for key, line in self.headers:
            left, _, rest = line.partition("=")
            if key != "set-cookie" or left.strip() != name:
                continue
            value, _, attributes = rest.partition(";")
            gone = any(part.strip().lower() in {"max-age=0", "max-age=-1"} for part in attributes.split(";"))
            if value.strip() and not gone:
                return value.strip()
        return None

    @property
    def is_refusal(self) -> bool:
        """Whether we are not signed in: GraphQL says 401, other paths send to the login page."""
        return self.status == 401 or (self.is_redirect and urlsplit(self.header("location")).path.endswith("/login"))

    @property
    def is_redirect(self) -> bool:
        return self.status in {301, 302, 303, 307, 308}


def local_path(address: str) -> str:
    """Path and query of an address in an answer, without host (Stash builds it from headers) and without API key; starts with "/"."""
    parts = urlsplit(address)
    query = urlencode(
        [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "apikey"]
    )
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{query}" if query else path


def redirect_path(reply: Reply, base_url: str) -> str:
    """Where the server sends us, on itself. Raises ServerError if that is somewhere else."""
    target = urlsplit(reply.header("location"))
    base = urlsplit(base_url)
    if target.netloc and (target.scheme, target.netloc) != (base.scheme, base.netloc):
        raise ServerError(
            f"{base_url} sends us on to {target.scheme}://{target.netloc}, so something other than Stash answers there. "
            "Check the host and port under Settings > System."
        )
    return local_path(reply.header("location"))


def data_of(reply: Reply) -> dict[str, Any]:
    """`data` of a GraphQL answer. Raises ServerError or one of its kinds."""
    answer = json_object(reply)
    if answer is None:
        raise _unusable(reply)
    errors = answer.get("errors")
    if errors:
        raise _graphql_error(errors)
    data = answer.get("data")
    if reply.status >= 400 or not isinstance(data, dict):
        raise _unusable(reply)
    return data


def file_of(reply: Reply) -> tuple[bytes, str]:
    """Bytes and content type of a file answer. Raises NotFoundError, ServerError or one of its kinds."""
    if reply.status == 404:
        raise NotFoundError("The picture is not on the Stash server any more.")
    content_type = reply.header("content-type").partition(";")[0].strip().lower()
    if reply.status != 200 or content_type == "text/html":
        raise _unusable(reply)
    return reply.body, content_type


def not_signed_in(base_url: str) -> ServerError:
    return ServerError(
        f"Stash at {base_url} does not accept our sign-in. Start this again from the browser; if that does not help, "
        "sign out and in, or generate an API key under Settings > Security."
    )


def unreachable(base_url: str, err: OSError) -> ServerError:
    if isinstance(err, TimeoutError):
        return UncertainError(f"Stash at {base_url} did not answer in time. Start this again when it is less busy.")
    refused = isinstance(err, ConnectionRefusedError)
    reason = "it refused the connection" if refused else "the connection broke"
    kind = ServerError if refused else UncertainError  # a refused request never arrived
    return kind(f"Stash at {base_url} does not answer: {reason}. Check that it is running, then start this again.")


def json_object(reply: Reply) -> Mapping[str, Any] | None:
    """The body as JSON; None if it is anything else."""
    try:
        answer = json.loads(reply.body)
    except ValueError:  # not JSON, or not even text
        return None
    return answer if isinstance(answer, dict) else None


def _graphql_error(errors: Any) -> ServerError:
    messages = (
        [str(error.get("message", "")) for error in errors if isinstance(error, dict)]
        if isinstance(errors, list)
        else []
    )
    text = quote("; ".join(dict.fromkeys(message for message in messages if message)) or "an error without words")
    if LOCKED in text:
        return BusyError(f"Stash's database is busy ({text}). Start this again when its other jobs are done.")
    if any(words in text for words in GONE):
        said = "" if "error executing" in text else f" ({text})"  # SQL tells the user nothing
        return NotFoundError(f"Something this needs is not in Stash any more{said}.")
    if "Cannot query field" in text or "Unknown type" in text or "Unknown argument" in text:
        return ServerError(f"This Stash is too old or too new for us: {text}. Stash Sense needs Stash v0.28 or later.")
    return SaidError(f"Stash says: {text}.")


def _unusable(reply: Reply) -> ServerError:
    kind = reply.header("content-type").partition(";")[0].strip().lower()
    words = quote(reply.body.decode("utf-8", "replace")) if kind == "text/plain" else ""
    said = f": {words}" if words else ""
    if reply.status >= 500:
        return AwayError(
            f"Stash, or a proxy before it, answers with error {reply.status}{said}. Look into Stash's log, then start this again."
        )
    if kind == "text/html" or reply.body.lstrip()[:1] == b"<":
        return ServerError(
            "A web page came back instead of Stash's data, so a proxy or another program seems to answer in its place. "
            "Check the host and port under Settings > System."
        )
    return ServerError(f"Stash gave an answer we cannot use (status {reply.status}{said}). Look into Stash's log.")


def quote(text: str) -> str:
    """A server's own words, fit for one of our sentences."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE] + "…"
