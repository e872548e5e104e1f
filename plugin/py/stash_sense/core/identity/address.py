"""The parts of a web address as people paste them: without scheme, with stray brackets, percent-coded, archived.

Written here because the core does without I/O libraries, and because the usual parsers refuse what people paste.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ADDRESS = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*:)?/*(?:[^/?#@]*@)?(?P<host>[^/?#]+)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?$", re.I
)
ARCHIVED = re.compile(r"^(?:https?:/+)?(?:web\.)?archive\.(?:org|is|today|ph)/(?:web/)?\d+\w*/(?=\S+\.)", re.I)
CODED = re.compile(r"(?:%[0-9a-f]{2})+", re.I)
INVISIBLE = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
FRAMING = " \t\r\n\v\f\u00a0\u3000<>\"'`“”‘’„«»{},;…"  # around an address, never part of it
TAIL = FRAMING + ".:!*|\\"  # after an address
BRACKETS = (("(", ")"), ("[", "]"))  # part of an address where both are there: Jane_Doe_(actress)
FRONT = re.compile(r"^(?:www\d?|m|mobile|touch|amp)\.(?=[^.]+\.)")
HOST = re.compile(r"[\w.-]+(?::\d+)?$")
USUAL_PORTS = (":80", ":443")


@dataclass(frozen=True, slots=True)
class Address:
    """host: lower case, without www and the like, with an unusual port. path: its parts, decoded, lower case. query: first value of each name."""

    host: str
    path: tuple[str, ...]
    query: dict[str, str]

    def part(self, number: int) -> str:
        """A part of the path, "" where it has fewer."""
        return self.path[number] if number < len(self.path) else ""


def parse_address(text: str) -> Address | None:
    """None for what is no web address."""
    cleaned = _cleaned(text)
    while (archived := ARCHIVED.match(cleaned)) is not None:
        cleaned = cleaned[archived.end() :]
    found = ADDRESS.match(cleaned)
    if found is None:
        return None
    host = host_of(found["host"])
    if host is None:
        return None
    parts = (_decoded(part) for part in re.split(r"[/\\]", found["path"]))
    path = tuple(part for part in (part.strip(FRAMING).casefold() for part in parts) if part not in ("", "."))
    return Address(host, path, _query(found["query"] or ""))


def host_of(text: str) -> str | None:
    """A host as Address has it; None for what is none."""
    host = text.casefold().rstrip(".")
    for port in USUAL_PORTS:
        host = host.removesuffix(port)
    host = FRONT.sub("", host.rstrip("."))
    named = "." in host or host.partition(":")[0] == "localhost"
    return host if named and HOST.match(host) else None


def _cleaned(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(INVISIBLE))
    text = text.replace("&amp;", "&").replace("/#!/", "/").strip().partition(" (")[0]  # “https://… (old account)”
    return _without_tail(text.lstrip(FRAMING + "(["))


def _without_tail(text: str) -> str:
    """Without what follows an address in a sentence."""
    while True:
        shorter = text.rstrip(TAIL)
        for opening, closing in BRACKETS:
            if shorter.endswith(closing) and shorter.count(opening) < shorter.count(closing):
                shorter = shorter[:-1]
        if shorter == text:
            return text
        text = shorter


def _decoded(text: str) -> str:
    """Without percent codes; those that are no UTF-8 stay as they are. NFKC."""
    if "%" not in text:
        return text
    return unicodedata.normalize("NFKC", CODED.sub(_letters, text).translate(INVISIBLE))


def _letters(found: re.Match[str]) -> str:
    try:
        return bytes.fromhex(found[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return found[0].casefold()


def _query(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in text.split("&") if text else ():
        name, _, value = pair.partition("=")
        values.setdefault(_decoded(name).casefold(), _decoded(value.replace("+", " ")).strip(TAIL).casefold())
    return values
