"""Who is read from a stash-box: the library's performers, those who are on its scenes, or everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from stash_sense.core.address import address_of
from stash_sense.core.catalogue.order import PER_REQUEST
from stash_sense.core.catalogue.records import Scope
from stash_sense.usecases.box_details import batches
from stash_sense.usecases.box_ports import Box
from stash_sense.usecases.catalogue_ports import Catalogue
from stash_sense.usecases.ports import Performer, StashId

LINKED, COSTARS = 0, 1  # places in SCOPES


class LinkedLibrary(Protocol):
    """What the builder asks the user's Stash."""

    def performers(self) -> Iterator[Performer]: ...
    def scene_links(self) -> Iterator[StashId]:
        """Every stash id of every scene."""
        ...


@dataclass(frozen=True, slots=True)
class Links:
    """The library's links to stash-boxes. performers: those with a link. people, scenes: ids by `address_of` the endpoint, in the library's order."""

    performers: tuple[Performer, ...] = ()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scenes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_links(library: LinkedLibrary, scope: Scope) -> Links:
    """Scenes are asked for only where their casts are wanted."""
    performers = tuple(performer for performer in library.performers() if performer.stash_ids)
    people = [link for performer in performers for link in performer.stash_ids]
    return Links(performers, _by_endpoint(people), _by_endpoint([] if scope == "linked" else library.scene_links()))


def _by_endpoint(links: Sequence[StashId] | Iterator[StashId]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for link in links:
        found[address_of(link.endpoint)][link.stash_id] = None
    return {address: list(ids) for address, ids in found.items()}


def costars(box: Box, links: Links) -> list[str]:
    """Who is on the library's scenes, as the box has their casts."""
    found: dict[str, None] = {}
    for some in batches(links.scenes.get(address_of(box.endpoint), ()), PER_REQUEST):
        for cast in box.casts(some).values():
            found.update(dict.fromkeys(cast))
    return list(found)


def wanted_ids(box: Box, links: Links, scope: Scope) -> list[str]:
    """Whom the library names, for a scope short of everybody."""
    cast = [] if scope == "linked" else costars(box, links)
    return list(dict.fromkeys([*links.people.get(address_of(box.endpoint), ()), *cast]))


def choose(catalogue: Catalogue, box: Box, links: Links, scope: Scope) -> None:
    """Marks who is wanted of one box, and how much; what is marked is worked off level by level."""
    cast = [] if scope == "linked" else costars(box, links)
    with catalogue.transaction():
        catalogue.people.unwant(box.endpoint)
        catalogue.people.want(box.endpoint, links.people.get(address_of(box.endpoint), ()), LINKED)
        catalogue.people.want(box.endpoint, cast, COSTARS)
        if scope == "all":
            catalogue.people.want_everybody(box.endpoint)
        catalogue.people.want_heirs(box.endpoint)
