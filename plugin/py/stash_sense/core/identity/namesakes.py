"""People whom only their names and dates bring together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from stash_sense.core.identity.contradictions import Birth, birth_of, births_agree, genders_agree
from stash_sense.core.identity.evidence import Pair, Said
from stash_sense.core.identity.names import folded, is_full, likeness, name_key, one_word_apart
from stash_sense.core.identity.roster import Roster
from stash_sense.core.identity.values import Limits


def namesakes(roster: Roster, limits: Limits) -> dict[Pair, list[Said]]:
    """Pairs of different boxes that name, birth and country make one person.

    The same name (in any order, also as an alias of one of them) with a full date in common; or the same name with births that agree and one
    country; or a name with a misspelling in one word, the full date and one country.
    """
    births = [birth_of(person) for person in roster.live]
    found: dict[Pair, list[Said]] = {}
    for pair, name in _same_name(roster, births, limits):
        said = _case(roster, births, pair, name)
        if said and pair not in found:
            found[pair] = said
    for pair, name in _misspelt(roster, births, limits):
        found.setdefault(pair, [("name", name), *_facts(roster, pair)])
    return found


def same_names(roster: Roster, limits: Limits) -> Iterator[tuple[Pair, str]]:
    """Pairs of different boxes that bear one full name which nobody else of theirs bears."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(roster.live):
        key = name_key(person.name)
        if is_full(key):
            by_name[key].append(place)
    for key in sorted(by_name):
        places = by_name[key]
        if len({roster.sites[place] for place in places}) == len(places) <= limits.owners:
            yield from ((pair, key) for pair in combinations(places, 2))


def _case(roster: Roster, births: list[Birth | None], pair: Pair, name: str) -> list[Said] | None:
    one, other = (roster.live[place] for place in pair)
    left, right = (births[place] for place in pair)
    if left is None or right is None or not genders_agree(one.gender, other.gender) or not births_agree(left, right):
        return None
    same_country = bool(one.country and other.country) and str(one.country).casefold() == str(other.country).casefold()
    same_day = left.is_full and left == right
    both_lead = name == name_key(one.name) == name_key(other.name)
    if same_day and (same_country or ((is_full(name) and both_lead) and not (one.country and other.country))):
        return [("name", name), *_facts(roster, pair)]
    if same_country and both_lead and is_full(name):
        return [("name", name), *_facts(roster, pair)]
    return None


def _facts(roster: Roster, pair: Pair) -> list[Said]:
    one, other = (roster.live[place] for place in pair)
    dates = [str(one.birth_date), str(other.birth_date)]
    said: list[Said] = [("birth", " and ".join(dict.fromkeys(dates)))]
    if one.country and other.country and one.country.casefold() == other.country.casefold():
        said.append(("country", one.country))
    return said


def _same_name(roster: Roster, births: list[Birth | None], limits: Limits) -> Iterator[tuple[Pair, str]]:
    """Pairs with a name in common, at least one's own, and years of birth at most one apart."""
    buckets: dict[tuple[str, int], list[int]] = defaultdict(list)
    own: list[str] = []
    for place, person in enumerate(roster.live):
        own.append(name_key(person.name))
        birth = births[place]
        if birth is None:
            continue
        for key in {own[place], *map(name_key, person.aliases)} - {""}:
            buckets[key, birth.year].append(place)
            buckets[key, birth.year + 1].append(place)
    for name, year in sorted(buckets):
        for pair in _between_boxes(roster, buckets[name, year], limits):
            if name in (own[pair[0]], own[pair[1]]):
                yield pair, name


def _misspelt(roster: Roster, births: list[Birth | None], limits: Limits) -> Iterator[tuple[Pair, str]]:
    """Pairs of one day and country whose names are alike but not the same."""
    buckets: dict[tuple[int, int, int, str], list[int]] = defaultdict(list)
    names = [folded(person.name) for person in roster.live]
    for place, person in enumerate(roster.live):
        birth = births[place]
        if birth is not None and birth.is_full and person.country and is_full(names[place]):
            buckets[birth.year, birth.month, birth.day, person.country.casefold()].append(place)
    for bucket in sorted(buckets):
        for pair in _between_boxes(roster, buckets[bucket], limits):
            one, other = pair
            if not genders_agree(roster.live[one].gender, roster.live[other].gender):
                continue
            if name_key(names[one]) == name_key(names[other]) or not one_word_apart(names[one], names[other]):
                continue
            if likeness(names[one], names[other]) > limits.name_alike:
                yield pair, f"{names[one]} and {names[other]}"


def _between_boxes(roster: Roster, places: Iterable[int], limits: Limits) -> Iterator[Pair]:
    together = sorted(set(places))
    if len(together) <= limits.namesakes:
        yield from (pair for pair in combinations(together, 2) if not roster.are_two(pair))
