"""What the addresses of the people say about who is who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from stash_sense.core.identity.contradictions import birth_of, births_agree
from stash_sense.core.identity.names import name_key
from stash_sense.core.identity.roster import Roster
from stash_sense.core.identity.urls import identify, trust_of
from stash_sense.core.identity.values import Limits, ReasonKind

Pair = tuple[int, int]  # places in the roster, the smaller first
Said = tuple[ReasonKind, str]  # kind of evidence, detail

WEIGHTS: dict[ReasonKind, float] = {
    "merged": 8.0, "link": 4.0, "record": 3.0, "account": 2.0, "page": 1.0, "other": 0.25, "name": 1.0, "birth": 1.0, "country": 0.25,
}  # fmt: skip


@dataclass(slots=True)
class Evidence:
    """pairs: evidence for each pair that shares something. claims: pages of people not among the live ones → who has them.

    shared: records (addresses that should be one person's) that two people of one box have, with the pairs they would have joined.
    """

    pairs: dict[Pair, list[Said]] = field(default_factory=dict)
    claims: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    shared: list[tuple[Pair, str]] = field(default_factory=list)


def evidence_of(roster: Roster, limits: Limits) -> Evidence:
    evidence = Evidence()
    for address, owners in _owners(roster).items():
        site, _, key = address.partition(" ")
        trust: ReasonKind = trust_of(site)
        if _is_unread_page(roster, site, key, owners):
            evidence.claims[site, key] = owners
        if len(owners) < 2:
            continue
        detail = f"{site}:{key}"
        between = [pair for pair in combinations(owners, 2) if not roster.are_two(pair)]
        if len(owners) > limits.owners:
            continue
        if len(between) < len(owners) * (len(owners) - 1) // 2:
            if trust == "record":
                evidence.shared += [(pair, detail) for pair in between]
            continue
        for pair in between:
            linked = any(_own_page(roster, place) == address for place in pair)
            evidence.pairs.setdefault(pair, []).append(("link" if linked else trust, detail))
    return evidence


def corroborate(roster: Roster, pair: Pair, said: list[Said]) -> list[Said]:
    """The evidence of the addresses with what names, birth and country add."""
    one, other = roster.live[pair[0]], roster.live[pair[1]]
    more: list[Said] = []
    common = _name_keys(roster, pair[0]) & _name_keys(roster, pair[1])
    if common:
        more.append(("name", min(common)))
    left, right = birth_of(one), birth_of(other)
    if left and right and left.is_full and right.is_full and births_agree(left, right):
        more.append(("birth", f"{one.birth_date} and {other.birth_date}" if left != right else str(one.birth_date)))
    if one.country and other.country and one.country.casefold() == other.country.casefold():
        more.append(("country", one.country))
    return said + more


def weight(said: list[Said]) -> float:
    return sum(WEIGHTS[kind] for kind, _ in said)


def suffices(said: list[Said]) -> bool:
    """True if this evidence joins two people without being looked at.

    One entry of a database of people is enough. An account may be an agency's or a couple's, so it needs a second one, a name or a birthday beside it;
    pages of sites are often found by name alone, so it takes two of them and the name.
    """
    found = Counter(kind for kind, _ in said)
    if found["link"] or found["record"] or found["account"] > 1:
        return True
    if found["account"] and (found["name"] or found["birth"]):
        return True
    return bool(found["name"] and found["page"] > 1)


def deserves_a_look(said: list[Said]) -> bool:
    """True if the addresses make a case, though not enough of one."""
    found = Counter(kind for kind, _ in said)
    return bool(found["account"] or (found["page"] and (found["name"] or found["birth"])))


def _owners(roster: Roster) -> dict[str, list[int]]:
    """Address (site, blank, key) → places of the people that have it, ascending; pages of retired ids count as those of their heirs."""
    owners: dict[str, list[int]] = {}
    for place in range(len(roster.live)):
        for address in {_own_page(roster, place), *_addresses(roster, place)}:
            owners.setdefault(address, []).append(place)
    return owners


def _addresses(roster: Roster, place: int) -> Iterator[str]:
    for url in roster.live[place].urls:
        identity = identify(url)
        if identity is None:
            continue
        if identity.site.startswith("box:"):
            if identity.site == roster.sites[place]:
                continue  # a word about somebody else on the same box
            leads = {roster.lead(key) for key in roster.keys_at(identity.site, identity.key)} - {None}
            if leads:
                yield from (_own_page(roster, lead) for lead in leads if lead is not None)
                continue
        yield f"{identity.site} {identity.key}"


def _own_page(roster: Roster, place: int) -> str:
    return f"{roster.sites[place]} {roster.live[place].box_id.casefold()}"


def _is_unread_page(roster: Roster, site: str, key: str, owners: list[int]) -> bool:
    return site.startswith("box:") and all(roster.sites[owner] != site for owner in owners)


def _name_keys(roster: Roster, place: int) -> set[str]:
    person = roster.live[place]
    return {key for name in (person.name, *person.aliases) if len(key := name_key(name)) > 1}
