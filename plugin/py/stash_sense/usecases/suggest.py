"""Looking for suggestions: the library is brought up to date, then every rule runs over it.

Safe to be killed at any instant: what a rule finds is committed bit by bit, and what it no longer finds is closed only at its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from stash_sense.core.curation import (
    duplicate_performers,
    no_reference,
    outdated_stash_id,
    unknown_in_many_scenes,
    untagged_scenes,
)
from stash_sense.core.curation.alike_faces import Templates
from stash_sense.core.curation.rules import in_words
from stash_sense.core.curation.snapshots import PerformerFacts
from stash_sense.core.curation.values import Finding
from stash_sense.core.curation.weigh import FaceBounds
from stash_sense.core.unknown_records import UnknownGroup
from stash_sense.usecases.check_casts import CastChecker
from stash_sense.usecases.curation_ports import FactSource
from stash_sense.usecases.ports import Performer, StashId
from stash_sense.usecases.read_library import LibraryReader
from stash_sense.usecases.reporting import Clock, Report
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.unknown_people import count_up

CHUNK = 200  # findings committed together
EVERYBODY = 10_000_000

FacesOf = Callable[[], tuple[Templates, FaceBounds] | None]
OutdatedOf = Callable[[list[Performer]], Iterable[Finding]]


@dataclass(slots=True)
class Library:
    """What several rules ask. scenes: performer id → on how many scenes."""

    performers: list[PerformerFacts]
    scenes: Counter[str]
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = {one.id: one.full_name for one in self.performers}


@dataclass(slots=True)
class Suggestions:
    """faces: mean faces and the pack's bounds; None where there are none. casts, outdated: None where there is nothing to look with; what
    such a rule said earlier stays as it is.
    """

    stores: Stores
    source: FactSource
    clock: Clock
    faces: FacesOf = field(default=lambda: None)
    casts: CastChecker | None = None
    outdated: OutdatedOf | None = None

    def run(self, report: Report, *, full: bool = False) -> str:
        """full: the whole library is read again. Returns the sentence for the user."""
        LibraryReader(self.stores, self.source).read(report, full=full)
        library = self._library()
        rules = list(self._rules(library))
        report.expect(report.done + len(rules) + (self.stores.media.count() if self.casts else 0))
        for rule, look in rules:
            self._note(rule, look())
            report.step()
        if self.casts is not None:
            self.casts.run(library.names, report)
        return in_words(self.stores.findings.by_rule("open"))

    def _rules(self, library: Library) -> Iterator[tuple[str, Callable[[], Iterable[Finding]]]]:
        yield duplicate_performers.RULE, lambda: self._duplicates(library)
        yield unknown_in_many_scenes.RULE, self._unknown
        yield no_reference.RULE, lambda: self._without_reference(library)
        yield untagged_scenes.RULE, lambda: self._untagged(library)
        if (outdated := self.outdated) is not None:
            yield outdated_stash_id.RULE, lambda: outdated(list(map(_linked, library.performers)))

    def _library(self) -> Library:
        performers = list(self.stores.library.performers())
        scenes = Counter(performer for scene in self.stores.library.media("scene") for performer in scene.performers)
        return Library(performers, scenes)

    def _note(self, rule: str, found: Iterable[Finding]) -> None:
        """Brings the findings of a rule in line with what it finds now."""
        findings = self.stores.findings
        again = rule == outdated_stash_id.RULE  # what a box says of another heir is another matter
        turn, rest = findings.next_turn(rule), iter(found)
        while some := list(islice(rest, CHUNK)):
            with self.stores.transaction():
                for one in some:
                    findings.put(one, turn, self.clock(), again=again)
        with self.stores.transaction():
            findings.close_others(rule, turn, self.clock())

    def _duplicates(self, library: Library) -> Iterator[Finding]:
        faces, bounds = self.faces() or (None, None)
        found = duplicate_performers.duplicate_performers(
            library.performers, faces=faces, bounds=bounds, scenes=library.scenes
        )
        pairs = {duplicate_performers.pair_of(one) for one in found}
        media = chain(self.stores.library.media("scene"), self.stores.library.media("image"))
        apart = duplicate_performers.apart_in(media, pairs)
        return (one for one in found if duplicate_performers.pair_of(one) not in apart)

    def _unknown(self) -> Iterator[Finding]:
        count_up(self.stores)
        return iter(unknown_in_many_scenes.unknown_in_many_scenes(list(self._groups())))

    def _groups(self) -> Iterator[UnknownGroup]:
        least, offset = unknown_in_many_scenes.LEAST, 0
        while True:
            _, page = self.stores.unknown_pages.page(state="open", least=least, offset=offset, count=CHUNK)
            if not page:
                return
            yield from page
            offset += len(page)

    def _without_reference(self, library: Library) -> Iterator[Finding]:
        rows = self.stores.gallery.without_reference(EVERYBODY)
        without = [
            (str(person.performer_id), library.names[str(person.performer_id)], outcome)
            for person, outcome in rows
            if str(person.performer_id) in library.names
        ]
        return iter(no_reference.no_reference(without, library.scenes))

    def _untagged(self, library: Library) -> Iterator[Finding]:
        ours = {tag.tag_id for tag in self.stores.tags.all()}
        return untagged_scenes.untagged_scenes(
            self.stores.library.media("scene"),
            performers=library.names.keys(),
            tags=self.source.tags() - ours,
            analysed=self._analysed(),
        )

    def _analysed(self) -> set[str]:
        """Scenes in which somebody was seen."""
        found: set[str] = set()
        after = 0
        while page := self.stores.media.page(after_id=after, count=1000):
            after = page[-1].id
            found.update(one.stash_id for one in page if one.kind == "scene" and one.state == "analysed")
        return found


def _linked(facts: PerformerFacts) -> Performer:
    return Performer(facts.id, facts.name, stash_ids=tuple(StashId(*link) for link in facts.stash_ids))
