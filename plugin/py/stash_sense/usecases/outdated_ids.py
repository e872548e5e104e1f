"""Performers in the library whose stash id leads to somebody who was merged or deleted on the box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stash_sense.core.address import address_of
from stash_sense.core.curation.outdated_stash_id import RULE, Outdated, outdated_stash_id
from stash_sense.core.curation.values import Finding
from stash_sense.usecases.catalogue_ports import Catalogue, FindingStore
from stash_sense.usecases.ports import Performer


def outdated(catalogue: Catalogue, performers: Sequence[Performer]) -> Iterator[Finding]:
    """What became of each of those stash ids and, after a merge, the one to use instead."""
    endpoints = {address_of(source.endpoint): source.endpoint for source in catalogue.sources.all()}
    for performer in performers:
        for link in performer.stash_ids:
            endpoint = endpoints.get(address_of(link.endpoint), link.endpoint)
            known = catalogue.people.find(endpoint, link.stash_id)
            if known is None or known.state not in {"merged", "deleted"}:
                continue
            heir = catalogue.people.find(endpoint, known.heir) if known.heir else None
            yield outdated_stash_id(
                Outdated(
                    performer_id=performer.id,
                    name=performer.name,
                    endpoint=link.endpoint,
                    stash_id=link.stash_id,
                    new_stash_id=heir.box_id if heir else None,
                    new_name=heir.name if heir else None,
                )
            )


def note_outdated(catalogue: Catalogue, findings: FindingStore, performers: Sequence[Performer], now: str) -> int:
    """Brings the findings up to date; returns how many are open."""
    return findings.replace(RULE, list(outdated(catalogue, performers)), now)
