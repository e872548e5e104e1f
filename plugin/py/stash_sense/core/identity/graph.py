"""The identity graph: one person, many stash ids and addresses.

First what the addresses say (a page of another box, an entry of a database of people, accounts), then names with dates; faces and bare names only make
suggestions. Evidence is weighed, kept and reported; nothing that was given is changed or thrown away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from stash_sense.core.catalogue.values import BoxPerson, PersonId
from stash_sense.core.identity.clusters import Clusters
from stash_sense.core.identity.contradictions import contradiction
from stash_sense.core.identity.evidence import Evidence, Pair, Said, corroborate, deserves_a_look, evidence_of, suffices
from stash_sense.core.identity.names import folded, likeness
from stash_sense.core.identity.namesakes import namesakes, same_names
from stash_sense.core.identity.roster import Roster
from stash_sense.core.identity.sites import UUID
from stash_sense.core.identity.values import (
    FacePair,
    Group,
    Identities,
    Limits,
    PersonKey,
    Reason,
    Review,
    ReviewKind,
    key_of,
)

DEFAULT = Limits()


def resolve(
    people: Sequence[BoxPerson],
    *,
    near: Sequence[FacePair] = (),
    order: Sequence[str] = (),
    limits: Limits = DEFAULT,
) -> Identities:
    """Who is the same person.

    people: of all boxes, merged and deleted ones too. near: pairs whose faces are alike; they only lead to suggestions. order: endpoints whose ids
    lead a group, first the best; the others follow by name.
    """
    roster = Roster(people)
    evidence = evidence_of(roster, limits)
    clusters = Clusters(roster, limits)
    addresses = {pair: corroborate(roster, pair, said) for pair, said in evidence.pairs.items()}
    clusters.join({pair: said for pair, said in addresses.items() if suffices(said)})
    for pair, detail in evidence.shared:
        if not clusters.together(pair):
            clusters.refuse(pair, [("record", detail)], "contested", "several people of one box have it")
    names = namesakes(roster, limits)
    clusters.join({pair: said for pair, said in names.items() if not clusters.together(pair)})
    review = _review(roster, clusters, addresses, near, limits)
    groups, gone = _groups(roster, clusters, evidence, _joined(clusters, addresses, names), order)
    conflicts = sorted(clusters.conflicts, key=lambda one: (one.left, one.right, one.kind, one.detail))
    return Identities(groups, review, conflicts, gone)


def _joined(clusters: Clusters, *sources: Mapping[Pair, list[Said]]) -> dict[int, list[tuple[Pair, Said]]]:
    """All evidence inside each cluster, by cluster."""
    found: dict[int, dict[tuple[Pair, Said], None]] = defaultdict(dict)
    for source in sources:
        for pair, said in source.items():
            if clusters.together(pair):
                found[clusters.of(pair[0])].update(dict.fromkeys((pair, one) for one in said))
    return {cluster: list(reasons) for cluster, reasons in found.items()}


def _groups(
    roster: Roster,
    clusters: Clusters,
    evidence: Evidence,
    joined: Mapping[int, list[tuple[Pair, Said]]],
    order: Sequence[str],
) -> tuple[list[Group], list[PersonId]]:
    ranks = {endpoint: rank for rank, endpoint in enumerate(order)}
    retired, gone = _retired(roster, clusters)
    claims = _claims(roster, clusters, evidence, retired, gone)
    groups = []
    for cluster in sorted({clusters.of(place) for place in range(len(roster.live))}):
        live = sorted(
            (key_of(roster.live[place]) for place in clusters.members(cluster)),
            key=lambda key: (ranks.get(key[0], len(ranks)), key),
        )
        old = sorted(retired[cluster], key=lambda one: one[0])
        reasons = [_reason(roster, pair, said) for pair, said in joined.get(cluster, [])] + [why for _, why in old]
        members = (*(PersonId(*key) for key in live), *(PersonId(*key, retired=True) for key, _ in old))
        reasons.sort(key=lambda one: (one.left, one.right, one.kind, one.detail))
        groups.append(Group(members, tuple(reasons), tuple(claims.get(cluster, ()))))
    return groups, [PersonId(*key, retired=True) for key in sorted(gone)]


def _claims(
    roster: Roster,
    clusters: Clusters,
    evidence: Evidence,
    retired: dict[int, list[tuple[PersonKey, Reason]]],
    gone: set[PersonKey],
) -> dict[int, list[PersonId]]:
    """Ids of people who were not read, by the cluster that alone names them; ids known to be gone join the retired ones instead.

    Nobody claims a second id on one box.
    """
    claims: dict[int, dict[str, list[PersonId]]] = defaultdict(lambda: defaultdict(list))
    for (site, box_id), owners in sorted(evidence.claims.items()):
        found = {clusters.of(owner) for owner in owners}
        keys = roster.keys_at(site, box_id)
        if len(found) > 1 or not keys or not UUID.match(box_id):
            continue
        (cluster,) = found
        known = next((key for key in keys if key in gone), None)
        if known is not None:
            gone.discard(known)
            retired[cluster].append((known, Reason("link", known, key_of(roster.live[owners[0]]), f"{site}:{box_id}")))
        elif all(roster.sites[place] != site for place in clusters.members(cluster)):
            claims[cluster][site].append(PersonId(*keys[0]))
    return {cluster: [ids[0] for ids in by_site.values() if len(ids) == 1] for cluster, by_site in claims.items()}


def _retired(roster: Roster, clusters: Clusters) -> tuple[dict[int, list[tuple[PersonKey, Reason]]], set[PersonKey]]:
    """Retired ids by the cluster they lead to; those that lead to nobody."""
    found: dict[int, list[tuple[PersonKey, Reason]]] = defaultdict(list)
    gone = set()
    for key in roster.retired:
        lead = roster.lead(key)
        if lead is None:
            gone.add(key)
        else:
            found[clusters.of(lead)].append((key, Reason("merged", key, key_of(roster.live[lead]), "")))
    return found, gone


def _reason(roster: Roster, pair: Pair, said: Said) -> Reason:
    return Reason(said[0], key_of(roster.live[pair[0]]), key_of(roster.live[pair[1]]), said[1])


def _review(
    roster: Roster,
    clusters: Clusters,
    addresses: Mapping[Pair, list[Said]],
    near: Sequence[FacePair],
    limits: Limits,
) -> list[Review]:
    """Pairs a human may look at: near faces first, then addresses, then bare names."""
    found: dict[Pair, Review] = {}
    for face in sorted(near, key=lambda one: (-one.score, one.left, one.right)):
        pair = _pair(roster, face)
        if pair is None or pair in found or not _may_be_one(roster, clusters, pair):
            continue
        one, other = (folded(roster.live[place].name) for place in pair)
        alike = likeness(one, other)
        kind: ReviewKind = "face_and_name" if alike > limits.face_name else "face"
        left, right = (key_of(roster.live[place]) for place in pair)
        found[pair] = Review(kind, left, right, f"{one} and {other}", face.score)
    for pair, said in sorted(addresses.items()):
        if pair not in found and deserves_a_look(said) and _may_be_one(roster, clusters, pair):
            left, right = (key_of(roster.live[place]) for place in pair)
            found[pair] = Review("url", left, right, ", ".join(f"{kind} {detail}" for kind, detail in said))
    for pair, name in same_names(roster, limits):
        if pair not in found and _may_be_one(roster, clusters, pair):
            found[pair] = Review("name", key_of(roster.live[pair[0]]), key_of(roster.live[pair[1]]), name)
    return list(found.values())


def _pair(roster: Roster, face: FacePair) -> Pair | None:
    left, right = roster.lead(face.left), roster.lead(face.right)
    return None if left is None or right is None or left == right else (min(left, right), max(left, right))


def _may_be_one(roster: Roster, clusters: Clusters, pair: Pair) -> bool:
    """Not one yet, and nothing known against it."""
    return not clusters.together(pair) and contradiction(roster.live[pair[0]], roster.live[pair[1]]) is None
