"""Small builders of people on boxes for the identity tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from stash_sense.core.catalogue.values import BoxPerson
from stash_sense.core.identity.values import Identities, PersonKey

STASHDB, FANSDB, PMV, JAV = (
    f"https://{host}/graphql" for host in ("stashdb.org", "fansdb.cc", "pmvstash.org", "javstash.org")
)
BOXES = (STASHDB, FANSDB, PMV, JAV)


def uuid(number: int) -> str:
    return str(UUID(int=number, version=4))


def on(endpoint: str, number: int, name: str = "", **values: Any) -> BoxPerson:
    """A person on a box; without a name one that nobody else has."""
    values = {"state": "live", **values}
    return BoxPerson(endpoint, uuid(number), name=name or f"Person{number} At{endpoint[8:12]}", **values)


def page(endpoint: str, number: int) -> str:
    """The address of a person's page on a box."""
    return f"{endpoint.removesuffix('/graphql')}/performers/{uuid(number)}"


def key(endpoint: str, number: int) -> PersonKey:
    return endpoint, uuid(number)


def joined(identities: Identities) -> set[frozenset[PersonKey]]:
    """The groups of more than one live id."""
    groups = (
        frozenset((one.endpoint, one.box_id) for one in group.members if not one.retired) for group in identities.groups
    )
    return {group for group in groups if len(group) > 1}
