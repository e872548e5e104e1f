"""What a build would take, before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from stash_sense.core.address import address_of
from stash_sense.core.catalogue.order import IMAGES_PER_PERSON, PER_REQUEST, estimate
from stash_sense.core.catalogue.records import Plan, Scope, SourcePlan
from stash_sense.core.catalogue.values import Ask
from stash_sense.usecases.box_ports import Server
from stash_sense.usecases.catalogue_ports import Catalogue
from stash_sense.usecases.wanted import Links, wanted_ids

if TYPE_CHECKING:  # it imports this module
    from stash_sense.usecases.build_gallery import Options


def plan_sources(catalogue: Catalogue, servers: Sequence[Server], links: Links, scope: Scope, options: Options) -> Plan:
    return Plan(tuple(_plan(catalogue, server, links, scope, options) for server in servers))


def _plan(catalogue: Catalogue, server: Server, links: Links, scope: Scope, options: Options) -> SourcePlan:
    box = server.box
    scenes = links.scenes.get(address_of(box.endpoint), ())
    people = 0 if scope == "all" else len(wanted_ids(box, links, scope))
    requests = ceil(len(scenes) / PER_REQUEST)
    if scope == "all":
        people = box.page(Ask(1, 1)).count
        requests += 1
    if options.limit is not None:
        people = min(people, options.limit)
    images_each, size = catalogue.images.average(box.endpoint) or (IMAGES_PER_PERSON, None)
    known = catalogue.images.read_count(box.endpoint)
    images = max(0.0, people * min(images_each, options.caps.per_source) - known)
    return estimate(
        box.endpoint,
        people=people,
        requests=requests + ceil(people / PER_REQUEST),
        unread_images=images,
        bytes_per_image=size,
        per_minute=server.per_minute,
        readers=options.readers,
    )
