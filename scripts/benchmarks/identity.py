"""Measures the identity graph on made-up boxes: seconds, memory, and how many people are joined rightly and wrongly.

python -m scripts.benchmarks.identity [OUT] [PEOPLE]

A person is on one to four boxes under the same name, with six to ten of ten addresses on each, a link to another box in three of ten cases, and
sometimes an agency's account. Names come from syllables, so that some are alike.
"""

from __future__ import annotations

import platform
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin" / "py"))

from scripts.benchmarks.telling import tell
from stash_sense.core.catalogue.values import BoxPerson
from stash_sense.core.identity.graph import resolve

PEOPLE = 100_000
SHARE_OF_BOX = {"stashdb.org": 0.7, "fansdb.cc": 0.05, "pmvstash.org": 0.06, "javstash.org": 0.19}
SYLLABLES = [
    "an",
    "bel",
    "cor",
    "da",
    "el",
    "fi",
    "gra",
    "hol",
    "iv",
    "ja",
    "ka",
    "lo",
    "mi",
    "na",
    "or",
    "pet",
    "ra",
    "sa",
    "tia",
    "vi",
    "wen",
    "yo",
    "zoe",
]
ADDRESSES = [
    "https://www.iafd.com/person.rme/perfid={}/gender=f/x.htm", "https://www.indexxx.com/m/{}/", "https://x.com/{}", "https://onlyfans.com/{}",
    "https://www.instagram.com/{}/", "https://www.babepedia.com/babe/{}", "https://www.freeones.com/{}", "https://www.boobpedia.com/boobs/{}",
    "https://www.data18.com/name/{}", "https://{}.example.org/about", "https://www.pornhub.com/pornstar/{}", "https://www.javdatabase.com/idols/{}",
]  # fmt: skip
BUDGET = {"seconds": 60, "memory_mb": 1000}


def name_of(rng: random.Random) -> str:
    return " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).capitalize() for _ in range(2))


def a_person(rng: random.Random, number: int) -> list[BoxPerson]:
    """The same person on every box she is on."""
    name, slug = name_of(rng), f"p{number}"
    urls = [form.format(slug) for form in rng.sample(ADDRESSES, 10)]
    born = f"{rng.randint(1960, 2004)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    country, gender = rng.choice(["US"] * 5 + ["CZ", "JP", "GB"]), rng.choice(["FEMALE"] * 4 + ["MALE"])
    boxes = [host for host, share in SHARE_OF_BOX.items() if rng.random() < share] or ["stashdb.org"]
    ids = {host: str(UUID(int=rng.getrandbits(128), version=4)) for host in boxes}
    found = []
    for host in boxes:
        mine = rng.sample(urls, rng.randint(6, 10))
        mine += [f"https://{other}/performers/{ids[other]}" for other in boxes if other != host and rng.random() < 0.3]
        mine += [f"https://x.com/agency{rng.randint(0, 50)}"] if rng.random() < 0.05 else []
        found.append(
            BoxPerson(
                f"https://{host}/graphql", ids[host], "live", name,
                aliases=(name_of(rng),),
                gender=gender,
                birth_date=born if rng.random() < 0.7 else None,
                country=country if rng.random() < 0.8 else None,
                urls=tuple(mine),
            )
        )  # fmt: skip
    return found


def measure(count: int) -> dict[str, Any]:
    rng = random.Random(7)
    people: list[BoxPerson] = []
    truth: dict[tuple[str, str], int] = {}
    while len(people) < count:
        same = a_person(rng, len(people))
        truth.update({(one.endpoint, one.box_id): len(people) for one in same})
        people += same
    started = time.perf_counter()
    found = resolve(people)
    seconds = time.perf_counter() - started
    sets = [{truth[one.endpoint, one.box_id] for one in group.members} for group in found.groups]
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "ids": len(people),
        "urls": sum(len(person.urls) for person in people),
        "seconds": round(seconds, 1),
        "memory_mb": round(memory_mb),
        "people": len(set(truth.values())),
        "groups": len(found.groups),
        "groups_of_strangers": sum(len(one) > 1 for one in sets),
        "people_in_pieces": sum(times > 1 for times in Counter(min(one) for one in sets).values()),
        "review": dict(Counter(one.kind for one in found.review)),
        "conflicts": dict(Counter(one.kind for one in found.conflicts)),
        "budget": BUDGET,
        "met": seconds <= BUDGET["seconds"] and memory_mb <= BUDGET["memory_mb"],
    }


def main(json_out: str | Path | None = None, count: int = PEOPLE) -> int:
    """Measures, prints JSON (also to `json_out`); returns 1 if a budget is missed."""
    result = {"python": platform.python_version(), **measure(count)}
    return tell(result, json_out, met=result["met"])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else None, *map(int, sys.argv[2:3])))
