"""The people of all boxes under one roof: who is live, and to whom merged and deleted ids lead."""

from __future__ import annotations

from collections.abc import Iterable

from stash_sense.core.catalogue.values import BoxPerson
from stash_sense.core.identity.urls import box_site, endpoint_host
from stash_sense.core.identity.values import PersonKey, key_of

# Boxes everybody knows: an address on them tells the endpoint also where the box was not read.
KNOWN = {
    box_site(host): f"https://{host}/graphql"
    for host in ("stashdb.org", "fansdb.cc", "pmvstash.org", "javstash.org", "theporndb.net")
}


class Roster:
    """live: live people by key, in the order of their keys, so that nothing depends on the order they were given in."""

    def __init__(self, people: Iterable[BoxPerson]) -> None:
        by_key = {key_of(person): person for person in sorted(people, key=lambda one: (key_of(one), one.updated or ""))}
        self.live = [person for person in by_key.values() if person.state == "live"]
        self.places = {key_of(person): place for place, person in enumerate(self.live)}
        self._sites = {endpoint: box_site(endpoint_host(endpoint)) for endpoint in {key[0] for key in by_key}}
        self.sites = [self._sites[person.endpoint] for person in self.live]
        self._endpoints = KNOWN | {site: endpoint for endpoint, site in sorted(self._sites.items(), reverse=True)}
        self._all_endpoints: dict[str, list[str]] = {}
        for endpoint, site in sorted(self._sites.items()):
            self._all_endpoints.setdefault(site, []).append(endpoint)
        self._heirs = _heirs(by_key.values(), self.places)
        self.retired = {key for key in (*by_key, *self._heirs) if key not in self.places}

    def lead(self, key: PersonKey) -> int | None:
        """The place of the live person the id leads to, over any number of merges; None if it leads to nobody."""
        seen = set()
        while key not in self.places:
            if key in seen or key not in self._heirs:
                return None
            seen.add(key)
            key = self._heirs[key]
        return self.places[key]

    def are_two(self, pair: tuple[int, int]) -> bool:
        """True for two live ids of one box, which are two people as far as the box knows."""
        left, right = pair
        same_box = self.sites[left] == self.sites[right]
        return same_box and self.live[left].box_id.casefold() != self.live[right].box_id.casefold()

    def keys_at(self, site: str, box_id: str) -> list[PersonKey]:
        """Keys a person's page on a box may have; the box may be set up under more than one endpoint."""
        known = self._all_endpoints.get(site) or [self._endpoints[site]] if site in self._endpoints else []
        return [(endpoint, box_id) for endpoint in known]


def _heirs(people: Iterable[BoxPerson], live: dict[PersonKey, int]) -> dict[PersonKey, PersonKey]:
    """Merged id → whom it was merged into. The merged person's own word counts before its heir's list."""
    heirs: dict[PersonKey, PersonKey] = {}
    listed: dict[PersonKey, PersonKey] = {}
    for person in people:
        if person.state == "merged" and person.heir is not None:
            heirs[key_of(person)] = (person.endpoint, person.heir)
        for merged in person.merged_ids:
            if (person.endpoint, merged) not in live:
                listed.setdefault((person.endpoint, merged), key_of(person))
    return listed | heirs
