"""The rules by name, in the order in which they are shown, and what their findings are called. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, tuple[str, str]] = {
    "duplicate_performers": (
        "pair of performers that may be one person",
        "pairs of performers that may be one person",
    ),
    "cast_not_seen": ("performer not seen in a scene", "performers not seen in their scenes"),
    "unknown_in_many_scenes": ("person without a name in many scenes", "people without a name in many scenes"),
    "no_reference": ("performer who cannot be recognised", "performers who cannot be recognised"),
    "outdated_stash_id": ("outdated stash id", "outdated stash ids"),
    "untagged_scenes": ("scene without performers and tags", "scenes without performers and tags"),
}


def in_words(counts: Mapping[str, int]) -> str:
    """ "3 suggestions: 2 outdated stash ids, 1 scene without performers and tags." """
    total = sum(counts.values())
    if not total:
        return "Nothing to suggest."
    parts = [f"{counts[rule]:,} {names[counts[rule] > 1]}" for rule, names in RULES.items() if counts.get(rule)]
    return f"{total:,} suggestion{'' if total == 1 else 's'}: {', '.join(parts)}."
