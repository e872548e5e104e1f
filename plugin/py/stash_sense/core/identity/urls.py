"""From a web address to the person it stands for: the site and the person's key there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from stash_sense.core.identity import sites
from stash_sense.core.identity.address import Address, host_of, parse_address
from stash_sense.core.identity.sites import UUID, Site, UrlTrust, after, handle

PERSON_PATHS = after("performers performer")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an address stands for. site: "iafd", "x", "box:stashdb.org" …; other sites go by their host. key: lower case."""

    site: str
    key: str
    trust: UrlTrust

    def __str__(self) -> str:
        return f"{self.site}:{self.key}"


# By host; hosts below them (de.pornhub.com, en.wikipedia.org) count too.
BY_HOST = {
    host: Site(name, cast(UrlTrust, trust), rule)
    for name, trust, rule, hosts in (
        ("iafd", "record", sites.iafd, "iafd.com"),
        ("imdb", "record", sites.imdb, "imdb.com"),
        ("wikidata", "record", sites.wikidata, "wikidata.org"),
        ("x", "account", sites.x, "twitter.com x.com nitter.net"),
        ("instagram", "account", sites.instagram, "instagram.com instagr.am"),
        (
            "onlyfans",
            "account",
            handle(
                r"(?!\d+$)[\w.-]{1,50}",
                "my about terms privacy help faq contact blog brand brands dmca usc2257 complaints login signup action posts search home "
                "notifications settings cookies transparency safety app api recaptcha",
            ),
            "onlyfans.com",
        ),
        ("fansly", "account", sites.fansly, "fansly.com fans.ly"),
        ("tiktok", "page", handle(r"[\w.]{1,30}", "", at=True, posts="video photo live"), "tiktok.com"),
        ("threads", "page", handle(r"[\w.]{1,30}", "", at=True, posts="post"), "threads.net threads.com"),
        ("wikipedia", "page", sites.wikipedia, "wikipedia.org"),
        ("babepedia", "page", after("babe"), "babepedia.com"),
        ("boobpedia", "page", sites.wiki_page("boobs"), "boobpedia.com"),
        ("indexxx", "page", sites.indexxx, "indexxx.com"),
        ("afdb", "page", sites.afdb, "adultfilmdatabase.com"),
        ("data18", "page", sites.data18, "data18.com"),
        ("dbnaked", "page", sites.dbnaked, "dbnaked.com"),
        ("thenude", "page", sites.thenude, "thenude.com thenude.eu"),
        ("dmm", "page", sites.dmm, "dmm.co.jp dmm.com"),
        ("r18", "page", sites.r18, "r18.com r18.dev"),
        ("minnano-av", "page", sites.minnano, "minnano-av.com"),
        ("xcity", "page", sites.xcity, "xcity.jp"),
        ("pornpics", "page", after("pornstars"), "pornpics.com pornpics.de"),
        ("elitebabes", "page", after("model"), "elitebabes.com"),
        ("javdatabase", "page", after("idols"), "javdatabase.com"),
        ("box:theporndb.net", "record", PERSON_PATHS, "theporndb.net metadataapi.net"),
    )
    for host in hosts.split()
}

# Sites that run under one name in several countries.
BY_BRAND = {
    "pornhub": Site("pornhub", "page", sites.pornhub),
    "pornhubpremium": Site("pornhub", "page", sites.pornhub),
    "xvideos": Site("xvideos", "page", after(sites.XVIDEOS_FOLDERS)),
    "freeones": Site("freeones", "page", sites.freeones),
}
TRUST: dict[str, UrlTrust] = {site.name: site.trust for site in (*BY_HOST.values(), *BY_BRAND.values())}
BRAND_ENDINGS = frozenset(["com", "org", "net", "xxx", "red", "es", "de", "fr", "it", "nl", "ca", "co.uk", "com.br"])


def identify(url: str) -> Identity | None:
    """Whom the address stands for; None where it is no address, or a page that says nothing about who somebody is."""
    address = parse_address(url)
    if address is None:
        return None
    site = _site(address.host)
    if site is not None:
        key = site.rule(address)
        return Identity(site.name, key, site.trust) if key else None
    if (box_id := _box_page(address)) is not None:
        return Identity(box_site(address.host), box_id, "record")
    return Identity(address.host, _whole(address), "other")


def box_site(host: str) -> str:
    """The site name of a stash-box, by the host of its endpoint."""
    return f"box:{host_of(host) or host.casefold()}"


def endpoint_host(endpoint: str) -> str:
    """The host a stash-box's endpoint stands for, as its people's pages have it."""
    address = parse_address(endpoint)
    if address is None:
        return endpoint.casefold()
    site = _site(address.host)
    return site.name.removeprefix("box:") if site is not None and site.name.startswith("box:") else address.host


def _site(host: str) -> Site | None:
    labels = host.split(".")
    for start in range(len(labels) - 1):
        rest = ".".join(labels[start:])
        if rest in BY_HOST:
            return BY_HOST[rest]
        brand, _, ending = rest.partition(".")
        if brand in BY_BRAND and ending in BRAND_ENDINGS:
            return BY_BRAND[brand]
    return None


def _box_page(address: Address) -> str | None:
    """/performers/<uuid>, whatever the host: only stash-boxes have such addresses."""
    if address.part(0) == "performers" and UUID.match(address.part(1)):
        return address.part(1)
    return None


def _whole(address: Address) -> str:
    """The address without what says how somebody came there."""
    asked = "&".join(
        f"{name}={value}"
        for name, value in sorted(address.query.items())
        if not name.startswith("utm_") and name not in ("fbclid", "gclid", "igshid", "ref", "lang", "hl")
    )
    path = "/".join(address.path).removesuffix("/index.html")
    return f"{path}?{asked}" if asked else path


def trust_of(site: str) -> UrlTrust:
    """What an address on the site is worth as evidence."""
    return "record" if site.startswith("box:") else TRUST.get(site, "other")
