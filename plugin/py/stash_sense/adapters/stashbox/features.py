"""What a stash-box knows: asked once by introspection, corrected by what it then refuses. Builds differ in age, and ThePornDB is other software."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.stashbox.answers import UnknownNameError
from stash_sense.adapters.stashbox.client import BoxClient
from stash_sense.errors import RefusedError

FEATURES = """
query StashSense_BoxFeatures {
  Query: __type(name: "Query") { names: fields(includeDeprecated: true) { name } }
  Performer: __type(name: "Performer") { names: fields(includeDeprecated: true) { name } }
  PerformerQueryInput: __type(name: "PerformerQueryInput") { names: inputFields { name } }
  PerformerSortEnum: __type(name: "PerformerSortEnum") { names: enumValues(includeDeprecated: true) { name } }
  Scene: __type(name: "Scene") { names: fields(includeDeprecated: true) { name } }
}"""

THEPORNDB = ("theporndb.net", "metadataapi.net")
STASH_BOX_ONLY = {"snapshot", "merged_into", "merged_ids"}


def is_theporndb(host: str) -> bool:
    """Its GraphQL has the shape of a stash-box's, but no merges and no sort that holds still."""
    return any(host == name or host.endswith("." + name) for name in THEPORNDB)


class Features:
    """Which names a server's schema has. What nobody could ask about counts as there until the server refuses it."""

    def __init__(self, known: Mapping[str, frozenset[str]], *, theporndb: bool = False) -> None:
        self._known = known
        self._refused: set[tuple[str, str]] = set()
        self._theporndb = theporndb

    def has(self, type_name: str, name: str) -> bool:
        """Whether a field, input field or enum value may be used."""
        names = self._known.get(type_name)
        return (names is None or name in names) and (type_name, name) not in self._refused

    def refuse(self, err: UnknownNameError) -> None:
        """Remembers what the server has just said. Raises the error again if that name was given up already."""
        if not self.has(err.type_name, err.name):
            raise err
        self._refused.add((err.type_name, err.name))

    def supports(self, feature: str) -> bool:
        """See usecases.box_ports.Box. Raises ValueError for a feature nobody has defined."""
        kind, _, name = feature.partition(" ")
        pages = self.has("Query", "queryPerformers")
        if self._theporndb and (feature in STASH_BOX_ONLY or kind == "sort"):
            return False
        if kind == "sort":
            return pages and self.has("PerformerSortEnum", name)
        if kind == "filter":
            return pages and self.has("PerformerQueryInput", name)
        answers = {
            "pages": pages,
            "snapshot": pages,
            "scenes": self.has("Query", "findScene") and self.has("Scene", "performers"),
            "updated": self.has("Performer", "updated"),
            "deleted": self.has("Performer", "deleted"),
            "merged_into": self.has("Performer", "merged_into_id"),
            "merged_ids": self.has("Performer", "merged_ids"),
            "scene_count": self.has("Performer", "scene_count"),
        }
        if feature not in answers:
            raise ValueError(f"no feature {feature!r}; known: {', '.join(answers)}, sort …, filter …")
        return answers[feature]


def read_features(client: BoxClient) -> Features:
    """One request. A server that does not explain itself counts as the current stash-box."""
    theporndb = is_theporndb(client.host)
    try:
        data = client.ask(FEATURES, {}).data
    except RefusedError:  # introspection is switched off there
        return Features({}, theporndb=theporndb)
    known = {name: _names(one) for name, one in data.items()}
    return Features({name: names for name, names in known.items() if names}, theporndb=theporndb)


def _names(answer: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset(one["name"] for one in (answer or {}).get("names") or ())
