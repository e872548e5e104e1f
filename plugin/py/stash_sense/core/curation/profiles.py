"""Performers made ready to be compared: names, addresses and dates as keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from stash_sense.core.curation.snapshots import PerformerFacts
from stash_sense.core.identity.contradictions import Birth, read_birth
from stash_sense.core.identity.names import name_key
from stash_sense.core.identity.urls import box_site, endpoint_host, identify, trust_of

OWNERS = 8  # performers an address may have before it says nothing about who somebody is


@dataclass(frozen=True, slots=True)
class Profile:
    """names: key → as written, the own name first. stash_ids: "box:<host>:<id>" by host. pages: keys of the addresses that say who somebody is,
    stash ids among them, since a page on a box is one. others: keys of any other address.
    """

    facts: PerformerFacts
    own_name: str
    names: Mapping[str, str]
    stash_ids: Mapping[str, frozenset[str]]
    pages: frozenset[str]
    others: frozenset[str]
    birth: Birth | None
    country: str
    gender: str

    @property
    def id(self) -> str:
        return self.facts.id

    @property
    def all_stash_ids(self) -> frozenset[str]:
        return frozenset().union(*self.stash_ids.values())


def profiles_of(performers: Iterable[PerformerFacts]) -> list[Profile]:
    """Each by itself, in the order given."""
    return [_profile(one) for one in performers]


def without_crowded(profiles: Sequence[Profile]) -> list[Profile]:
    """Without addresses that many have, such as a studio's; stash ids stay, since each is one person's by definition."""
    count = Counter(key for profile in profiles for key in (*profile.pages, *profile.others))
    crowded = {key for key, owners in count.items() if owners > OWNERS}
    if not crowded:
        return list(profiles)
    return [
        replace(one, pages=one.pages - (crowded - one.all_stash_ids), others=one.others - crowded) for one in profiles
    ]


def _profile(facts: PerformerFacts) -> Profile:
    names: dict[str, str] = {}
    for written in (facts.name, *facts.aliases):
        if key := name_key(written):
            names.setdefault(key, written)
    boxes: dict[str, set[str]] = {}
    for endpoint, stash_id in facts.stash_ids:
        site = _site(endpoint)
        boxes.setdefault(site, set()).add(f"{site}:{stash_id.strip().casefold()}")
    found = {str(one): one for one in map(identify, facts.urls) if one is not None}
    others = frozenset(key for key, one in found.items() if one.trust == "other")
    return Profile(
        facts=facts,
        own_name=name_key(facts.name),
        names=names,
        stash_ids={site: frozenset(ids) for site, ids in boxes.items()},
        pages=frozenset(found).union(*boxes.values()) - others,
        others=others,
        birth=read_birth(facts.birth_date),
        country=facts.country.strip().casefold(),
        gender=facts.gender,
    )


@lru_cache(maxsize=64)
def _site(endpoint: str) -> str:
    return box_site(endpoint_host(endpoint))


def site_of(page: str) -> str:
    """The site of a page's key: "x:janedoe" → "x", "box:stashdb.org:…" → "box:stashdb.org"."""
    parts = page.split(":")
    return ":".join(parts[:2]) if parts[0] == "box" else parts[0]


def trust_in(page: str) -> str:
    """What the page is worth as evidence: record, account, page or other."""
    return trust_of(site_of(page))
