"""Which part of a site's address says whose page it is, site by site.

A rule returns the person's key on its site, or None for the site's other pages: posts, films, searches and the like say nothing about who
somebody is. Keys are lower case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stash_sense.core.identity.address import Address

# record: a database's entry of one person. account: a person's own account, which agencies and couples share too.
# page: a site that made a page for the person, often found by name alone. other: anything else, a hint at most.
UrlTrust = Literal["record", "account", "page", "other"]
Rule = Callable[[Address], "str | None"]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
SLUG = re.compile(r"[^\W_][\w.'+-]*$")
PAGE_ENDING = re.compile(r"\.(?:html?|shtml|php|aspx?|cfm)$")
NAMESPACE = re.compile(
    r"(?:[^:]*(?:talk|user|file|category|special|template|help|portal|wikipedia|boobpedia|list)[^:]*):"
)


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    trust: UrlTrust
    rule: Rule


def slug(text: str) -> str | None:
    """A name as part of an address, without ending; spaces and underscores are hyphens."""
    text = re.sub(r"[\s_-]+", "-", PAGE_ENDING.sub("", text)).strip("-")
    return text if SLUG.match(text) else None


def handle(pattern: str, reserved: str, *, at: bool = False, posts: str = "") -> Rule:
    """An account name as first part of the path. at: it begins with @. reserved: words that are no accounts; posts: second parts of single posts."""
    shape, words, single = re.compile(pattern + "$"), frozenset(reserved.split()), frozenset(posts.split())

    def rule(address: Address) -> str | None:
        first, second = address.part(0), address.part(1)
        name = first.lstrip("@")
        if (at and not first.startswith("@")) or not shape.match(name):
            return None
        return None if name in words or second in single else name

    return rule


def after(words: str, *, reserved: str = "") -> Rule:
    """A slug after one of these parts of the path."""
    folders, refused = frozenset(words.split()), frozenset(reserved.split())

    def rule(address: Address) -> str | None:
        for place, part in enumerate(address.path[:-1]):
            if part in folders:
                found = slug(address.path[place + 1])
                return None if found in refused else found
        return None

    return rule


def iafd(address: Address) -> str | None:
    """The older form, person.rme/perfid=…, and the present one, person.rme/id=<uuid>; the two do not tell each other."""
    if not address.part(0).startswith("person.rme"):
        return None
    given = dict(part.split("=", 1) for part in address.path[1:] if "=" in part) | address.query
    if UUID.match(given.get("id", "")):
        return f"id:{given['id']}"
    name = re.sub(r"[^\w-]", "", given.get("perfid", ""))
    return f"perfid:{name}" if name else None


def imdb(address: Address) -> str | None:
    found = re.search(r"(?:^|/)name/nm0*(\d{1,10})(?:/|$)", "/".join(address.path))
    return f"nm{found[1].zfill(7)}" if found and found[1] != "0" else None


def wikidata(address: Address) -> str | None:
    found = re.match(r"(?:wiki|entity)/(?:special:entitydata/)?q([1-9]\d*)(?:\.\w+)?$", "/".join(address.path))
    return f"q{found[1]}" if found else None


X_NAME = handle(
    r"\w{1,20}",
    "i home intent search hashtag share explore settings login logout signup about tos privacy notifications messages jobs download compose "
    "account accounts who_to_follow oauth statuses status help widgets hashtags follow welcome",
    posts="status statuses moments lists events",
)


def x(address: Address) -> str | None:
    """Twitter and X: the account's name, or its number where only that is given."""
    if address.part(0) == "intent" or address.path[:2] == ("i", "user"):
        query = address.query
        number = address.part(2) if address.part(0) == "i" else query.get("user_id", "")
        if re.match(r"\w{1,20}$", query.get("screen_name", "")):
            return query["screen_name"]
        return f"id:{number}" if number.isdigit() else None
    return X_NAME(address)


INSTAGRAM_NAME = handle(
    r"[\w.]{1,30}",
    "p reel reels tv explore accounts about developer developers directory legal direct web privacy press challenge emails session s n api "
    "stories highlights guide guides popular",
    posts="p reel tv",
)


def instagram(address: Address) -> str | None:
    if address.part(0) in ("stories", "_u", "_n") and address.part(1) != "highlights":
        return INSTAGRAM_NAME(Address(address.host, address.path[1:2], {}))
    return INSTAGRAM_NAME(address)


FANSLY_NAME = handle(
    r"[\w.-]{1,40}",
    "post posts explore home subscriptions application discover terms privacy settings messages notifications lists collections account r "
    "live creator about help support login signup trending search media story",
    posts="post",
)


def fansly(address: Address) -> str | None:
    if address.part(0) in ("live", "creator"):
        return FANSLY_NAME(Address(address.host, address.path[1:2], {}))
    return FANSLY_NAME(address)


def wikipedia(address: Address) -> str | None:
    """Language and title; pages about pages are nobody's."""
    language = address.host.split(".")[0]
    title = address.query.get("title", "") if address.part(0) == "w" else "/".join(address.path[1:])
    title = re.sub(r"[\s_]+", "_", title).strip("_")
    if language == "wikipedia" or not title or NAMESPACE.match(title) or title.startswith("list_of_"):
        return None
    return f"{language}:{title}"


def wiki_page(folder: str) -> Rule:
    """A page of a wiki about people, below `folder`."""

    def rule(address: Address) -> str | None:
        title = address.query.get("title", "") if address.part(1) == "index.php" else address.part(1)
        if address.part(0) != folder or NAMESPACE.match(title) or title in ("main_page", "index.php"):
            return None
        return slug(title)

    return rule


PORNHUB = after("pornstar pornstars model models", reserved="top search random")
XVIDEOS_FOLDERS = "pornstars models profiles model-channels pornstar-channels amateur-channels amateurs"
INDEXXX = after("m", reserved="search")


def pornhub(address: Address) -> str | None:
    """Studios have channels; a viewer's page is another namespace than a performer's."""
    if address.part(0) == "users":
        name = slug(address.part(1))
        return f"user:{name}" if name else None
    return PORNHUB(address)


def freeones(address: Address) -> str | None:
    """/jane-doe, /jane-doe/bio, and the old /html/j_links/Jane_Doe/."""
    reserved = {
        "html",
        "babes",
        "performers",
        "pornstars",
        "models",
        "feed",
        "videos",
        "photos",
        "forums",
        "board",
        "categories",
        "search",
    }
    reserved |= {
        "news",
        "links",
        "sites",
        "cams",
        "live",
        "dvds",
        "movies",
        "latest",
        "top",
        "reviews",
        "about",
        "contact",
        "login",
        "assets",
    }
    if address.part(0) == "html":
        return slug(address.part(2)) if re.match(r"\w_links$", address.part(1)) else None
    path = address.path[1:] if re.match(r"[a-z]{2}(?:-[a-z]{2})?$", address.part(0)) else address.path
    name = slug(path[0]) if path else None
    return None if name in reserved else name


def indexxx(address: Address) -> str | None:
    """/m/jane-doe, and the old /models/59558/jane-doe/; the two do not tell each other."""
    if address.part(0) == "models":
        return f"id:{address.part(1)}" if address.part(1).isdigit() else None
    return INDEXXX(address)


def afdb(address: Address) -> str | None:
    """The number: actor.cfm?actorid=74462, /actor/jane-doe-74462/."""
    number = address.query.get("actorid", "")
    if address.part(0) == "actor":
        found = re.search(r"(?:^|-)(\d+)$", address.part(1))
        number = found[1] if found else number
    return number.lstrip("0") or None if number.isdigit() else None


def data18(address: Address) -> str | None:
    """/name/jane-doe, and the old /jane_doe/."""
    if address.part(0) == "name":
        return slug(address.part(1))
    sections = {
        "content",
        "movies",
        "studios",
        "sites",
        "scenes",
        "names",
        "tags",
        "search",
        "sys",
        "dev",
        "network",
        "connections",
        "login",
    }
    first = address.part(0)
    return slug(first) if len(address.path) == 1 and "_" in first and first not in sections else None


def dbnaked(address: Address) -> str | None:
    """/models/general/j/jane-doe, /models/j/jane-doe: the last part."""
    return slug(address.path[-1]) if address.part(0) == "models" and len(address.path) > 2 else None


def thenude(address: Address) -> str | None:
    """/Jane%20Doe_12345.htm: the number after the name."""
    found = re.search(r"_(\d+)\.html?$", address.path[-1]) if address.path else None
    return found[1] if found else None


def dmm(address: Address) -> str | None:
    """The number of the actress in the older lists, on her own page and in the present list."""
    path = "/".join(address.path)
    found = re.search(r"article=actress/(?:.*/)?id=(\d+)", path) or re.search(r"actress_id=(\d+)", path)
    number = found[1] if found else address.query.get("actress", address.query.get("actress_id", ""))
    return number.lstrip("0") or None if number.isdigit() else None


def r18(address: Address) -> str | None:
    """Lists of films by actress; the same lists exist by studio, director and genre."""
    given = dict(part.split("=", 1) for part in address.path if "=" in part) | address.query
    number = given.get("id", "")
    return number.lstrip("0") or None if given.get("type") == "actress" and number.isdigit() else None


def minnano(address: Address) -> str | None:
    """/actress432853.html, /actress.php?actress_id=…; with or without the name behind."""
    found = re.match(r"actress/?(\d+)(?:\.html?)?(?:$|/|\?)", "/".join(address.path))
    number = found[1] if found else address.query.get("actress_id", "")
    return number.lstrip("0") or None if number.isdigit() else None


def xcity(address: Address) -> str | None:
    if address.path[:2] != ("idol", "detail"):
        return None
    number = address.part(2) or address.query.get("id", "")
    return number.lstrip("0") or None if number.isdigit() else None
