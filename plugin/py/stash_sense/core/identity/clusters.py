"""Joins people step by step, strongest evidence first, unless something speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from stash_sense.core.identity.contradictions import contradiction
from stash_sense.core.identity.evidence import Pair, Said, weight
from stash_sense.core.identity.roster import Roster
from stash_sense.core.identity.values import Conflict, ConflictKind, Limits, key_of


class Clusters:
    """Union-find over the places of a roster. Every refusal is kept in `conflicts`."""

    def __init__(self, roster: Roster, limits: Limits) -> None:
        self._roster = roster
        self._limits = limits
        self._cluster = list(range(len(roster.live)))
        self._members: dict[int, list[int]] = {}
        self.conflicts: list[Conflict] = []

    def of(self, place: int) -> int:
        """The cluster a person is in."""
        return self._cluster[place]

    def members(self, cluster: int) -> list[int]:
        return self._members.get(cluster, [cluster])

    def together(self, pair: Pair) -> bool:
        return self._cluster[pair[0]] == self._cluster[pair[1]]

    def join(self, pairs: Mapping[Pair, list[Said]]) -> None:
        """Joins all pairs that may be. Where two people of one box have an equally good claim to somebody, neither gets it."""
        possible = {}
        for pair, said in pairs.items():
            against = self._against(pair)
            if against is None:
                possible[pair] = round(weight(said), 3)
            else:
                self.refuse(pair, said, *against)
        best = self._best(possible)
        for pair in sorted(possible, key=lambda one: (-possible[one], one)):
            if self._is_contested(pair, possible[pair], best):
                self.refuse(pair, pairs[pair], "contested", "another of the same box has as good a claim")
                continue
            refusal = self._refusal(pair)
            if refusal is not None:
                self.refuse(pair, pairs[pair], *refusal)
            elif not self.together(pair):
                self._unite(pair)

    def refuse(self, pair: Pair, said: list[Said], kind: ConflictKind, against: str) -> None:
        evidence = ", ".join(f"{name} {detail}" for name, detail in said)
        left, right = (key_of(self._roster.live[place]) for place in pair)
        self.conflicts.append(Conflict(kind, left, right, f"{evidence}; but {against}"))

    def _best(self, weights: Mapping[Pair, float]) -> dict[tuple[int, str], tuple[float, int]]:
        """For each person and box: the best claim somebody there has to it, and how many have that one."""
        best: dict[tuple[int, str], tuple[float, int]] = {}
        for (left, right), found in weights.items():
            for claimed, claimant in ((left, right), (right, left)):
                slot = claimed, self._roster.sites[claimant]
                top, count = best.get(slot, (0.0, 0))
                best[slot] = (found, 1) if found > top else (top, count + (found == top))
        return best

    def _is_contested(self, pair: Pair, found: float, best: Mapping[tuple[int, str], tuple[float, int]]) -> bool:
        left, right = pair
        slots = ((left, self._roster.sites[right]), (right, self._roster.sites[left]))
        return any(best[slot] == (found, count) and count > 1 for slot in slots for count in (best[slot][1],))

    def _against(self, pair: Pair) -> tuple[ConflictKind, str] | None:
        if self._roster.are_two(pair):
            return "same_box", "both are live on one box"
        return contradiction(*(self._roster.live[place] for place in pair))

    def _refusal(self, pair: Pair) -> tuple[ConflictKind, str] | None:
        """What keeps the clusters of the two apart."""
        if self.together(pair):
            return None
        left, right = (self.members(self._cluster[place]) for place in pair)
        if len(left) + len(right) > self._limits.members:
            return "size", f"{len(left) + len(right)} live ids would be one person"
        for one, other in product(left, right):
            against = self._against((one, other))
            if against is not None:
                return against
        return None

    def _unite(self, pair: Pair) -> None:
        kept, gone = sorted(self._cluster[place] for place in pair)
        moved = self.members(gone)
        self._members[kept] = self.members(kept) + moved
        self._members.pop(gone, None)
        for place in moved:
            self._cluster[place] = kept
