"""Builds a gallery from stash-boxes: who is there, who they are, what they look like. It goes on where it was, whatever ended it.

Sources are read one after the other: whom to read, then their details; then, for all sources together, who is the same person; then the
pictures, the library's performers first. Every answer is committed before the next question.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from stash_sense.core.catalogue.admit import AdmissionRules, Caps
from stash_sense.core.catalogue.order import later
from stash_sense.core.catalogue.records import SCOPES, Plan, Scope, Source, SourceStatus
from stash_sense.core.catalogue.values import Statement
from stash_sense.core.identity.graph import resolve
from stash_sense.core.identity.values import Group
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import StashSenseError, StorageError
from stash_sense.usecases.box_details import Details
from stash_sense.usecases.box_pictures import Pace, PictureReading
from stash_sense.usecases.box_ports import Box, ImageReaders, Server
from stash_sense.usecases.build_report import BuildReport, Steps, summary
from stash_sense.usecases.catalogue_ports import Catalogue, FindingStore
from stash_sense.usecases.curate_faces import Curator, OwnFaces
from stash_sense.usecases.outdated_ids import note_outdated
from stash_sense.usecases.plan_gallery import plan_sources
from stash_sense.usecases.ports import Progress
from stash_sense.usecases.publish_gallery import Publisher
from stash_sense.usecases.reporting import Clock
from stash_sense.usecases.wanted import LinkedLibrary, Links, choose, read_links, wanted_ids

log = logging.getLogger(__name__)

GOES_ON_FOR_S = (
    86_400  # a build cut short longer ago is begun anew: what it was told is old, and asking again costs little
)
SOON_S = 60.0  # a picture that a server asks us to wait for so long is waited for, since everything else has been read
Sweeping = Callable[[Box, Progress], Statement]  # enumerates everybody; whom it saw is in the catalogue afterwards


@dataclass(frozen=True, slots=True)
class Options:
    """limit: most people to be read of each source. by_scenes: those with most scenes first, else by name. readers: pictures read at once."""

    caps: Caps = field(default_factory=Caps)
    limit: int | None = None
    by_scenes: bool = True
    readers: int = 1


@dataclass(frozen=True, slots=True)
class Vision:
    """What turns pictures into faces that may be used."""

    space: EmbeddingSpace
    rules: AdmissionRules
    readers: ImageReaders
    own: OwnFaces


@dataclass(frozen=True, slots=True)
class FoundIds:
    """statement: None where nobody had to be looked for, because the library names them."""

    endpoint: str
    statement: Statement | None
    box_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GalleryBuilder:
    """library, findings: None where there is no Stash; then only scope "all" finds anybody."""

    catalogue: Catalogue
    servers: Sequence[Server]
    vision: Vision
    publisher: Publisher
    sweeping: Sweeping
    pace: Pace
    clock: Clock
    library: LinkedLibrary | None = None
    findings: FindingStore | None = None
    options: Options = Options()

    def build(self, scope: Scope, steps: Steps) -> str:
        """Reads what is not known yet or has changed, and publishes it; returns the sentence for the user.

        A source in trouble is left out, noted and told; raises its error if no source could be read.
        """
        report = BuildReport(steps)
        links = Links() if self.library is None else read_links(self.library, scope)
        self._register()
        troubles: dict[str, StashSenseError] = {}
        self._each(troubles, lambda server: self._survey(server, links, scope, report))
        if len(troubles) == len(self.servers):
            raise next(iter(troubles.values()))
        self._note_findings(links)
        groups = self._identities()
        curator = self._curator(groups)
        self._decide_anew(curator, groups)
        levels = range(SCOPES.index(scope) + 1)
        report.settle(sum(len(self._hungry(server, level)) for server in self.servers for level in levels))
        for level in levels:
            read = report.done
            self._each(troubles, lambda server, level=level: self._pictures(server, curator, level, report))  # type: ignore[misc]
            if report.done > read or level == levels[-1]:  # those who matter most can be used at once
                self.publisher.publish(groups)
        self._finish(scope, troubles)
        return summary(self.status(), {server.box.endpoint for server in self.servers}, troubles, report.failed)

    def plan(self, scope: Scope) -> Plan:
        """What `build` would take. Asks each source for its number of people and, for co-stars, for the casts; changes nothing."""
        links = Links() if self.library is None else read_links(self.library, scope)
        return plan_sources(self.catalogue, self.servers, links, scope, self.options)

    def status(self) -> list[SourceStatus]:
        return self.catalogue.status(pack=self.vision.space.pack, revision=self.vision.space.revision)

    def ids(self, scope: Scope, steps: Steps) -> list[FoundIds]:
        """Whom the sources have, in that scope, without reading anything about them. Raises what a source raises."""
        report = BuildReport(steps)
        links = Links() if self.library is None else read_links(self.library, scope)
        found = []
        for server in self.servers:
            box = server.box
            with self.catalogue.transaction():
                self.catalogue.sources.put(server.source)
            statement = self.sweeping(box, report.sweeping) if scope == "all" else None
            box_ids = self.catalogue.people.swept(box.endpoint) if scope == "all" else wanted_ids(box, links, scope)
            found.append(FoundIds(box.endpoint, statement, tuple(box_ids)))
        return found

    # Steps

    def _register(self) -> None:
        with self.catalogue.transaction():
            for server in self.servers:
                self.catalogue.sources.put(server.source)
                now = self.clock()
                self.catalogue.sources.begin(server.box.endpoint, now, oldest=later(now, -GOES_ON_FOR_S))

    def _each(self, troubles: dict[str, StashSenseError], step: Callable[[Server], None]) -> None:
        """Does a step for every source that is not in trouble; one in trouble does not hold up the others."""
        for server in self.servers:
            endpoint = server.box.endpoint
            if endpoint in troubles:
                continue
            message = None
            try:
                step(server)
            except StorageError:
                raise  # of no source: nothing more can be kept
            except StashSenseError as err:
                log.warning("%s: %s", server.name, err)
                troubles[endpoint], message = err, str(err)
            with self.catalogue.transaction():  # raises in turn if it is our disk that is in trouble
                self.catalogue.sources.note(endpoint, message)
                self._count(server)

    def _count(self, server: Server) -> None:
        space = self.vision.space
        self.catalogue.count(server.box.endpoint, pack=space.pack, revision=space.revision)

    def _survey(self, server: Server, links: Links, scope: Scope, report: BuildReport) -> None:
        """Who is there, who is wanted, and their details."""
        box, people = server.box, self.catalogue.people
        begun_at = self._source(box).begun_at or self.clock()
        if scope == "all":
            self._sweep(box, begun_at, report)
        choose(self.catalogue, box, links, scope)
        if self.options.limit is not None:
            with self.catalogue.transaction():
                people.limit(box.endpoint, self.options.limit, by_scenes=self.options.by_scenes)
        told_by_sweep = scope == "all" and box.supports("updated")
        unread = people.to_read(
            box.endpoint,
            stale_before="" if told_by_sweep else begun_at,
            now=self.clock(),
            by_scenes=self.options.by_scenes,
        )
        gone = people.vanished(box.endpoint) if scope == "all" else []
        asked = list(dict.fromkeys([*unread, *gone]))  # a linked id that the sweep has not seen is both
        report.more(len(asked) + len(people.wanted(box.endpoint)))
        Details(self.catalogue, self.clock).read(box, asked, report.step)
        with self.catalogue.transaction():
            people.want_heirs(box.endpoint)

    def _sweep(self, box: Box, begun_at: str, report: BuildReport) -> None:
        """Once per build: a build that was cut short after its sweep does not repeat it."""
        swept_at = self._source(box).swept_at
        if swept_at is None or swept_at < begun_at:
            statement = self.sweeping(box, report.sweeping)
            log.info("%s: %d of %d people found, complete: %s", box.host, statement.found, statement.count, statement.complete)  # fmt: skip
        with self.catalogue.transaction():
            changes = self.catalogue.people.absorb(box.endpoint)
        log.info("%s: %d new, %d changed", box.host, changes.new, changes.changed)

    def _source(self, box: Box) -> Source:
        source = self.catalogue.sources.get(box.endpoint)
        if source is None:
            raise ValueError(f"{box.endpoint} was not registered")
        return source

    def _note_findings(self, links: Links) -> None:
        if self.findings is not None:
            note_outdated(self.catalogue, self.findings, links.performers, self.clock())

    def _identities(self) -> list[Group]:
        order = [source.endpoint for source in self.catalogue.sources.all()]
        return resolve(list(self.catalogue.people.all()), order=order).groups

    def _curator(self, groups: Sequence[Group]) -> Curator:
        together = {}
        for group in groups:
            live = tuple((one.endpoint, one.box_id) for one in group.members if not one.retired)
            if len(live) > 1:
                together.update(dict.fromkeys(live, live))
        trust = {source.endpoint: source.trust for source in self.catalogue.sources.all()}
        vision = self.vision
        return Curator(self.catalogue, vision.space, vision.rules, self.options.caps, vision.own, trust, together)

    def _decide_anew(self, curator: Curator, groups: Sequence[Group]) -> None:
        """Where rules, caps or identities are others than last time, what is known is sorted out again."""
        basis = repr(
            (self.vision.space, curator.rules, curator.caps, curator.trust, sorted(set(curator.groups.values())))
        )
        digest = hashlib.sha256(basis.encode()).hexdigest()
        if self.catalogue.gallery.decided_by() == digest:
            return
        with self.catalogue.transaction():
            for group in groups:
                lead = group.members[0]
                if curator.decide((lead.endpoint, lead.box_id)).changed:
                    self.catalogue.gallery.bump()
            self.catalogue.gallery.put_decided_by(digest)

    def _pictures(self, server: Server, curator: Curator, level: int, report: BuildReport) -> None:
        reading = PictureReading(
            server=server,
            catalogue=self.catalogue,
            curator=curator,
            readers=self.vision.readers,
            pace=self.pace,
            clock=self.clock,
            step=report.step,
        )
        reading.read(self._hungry(server, level))
        if reading.failed:  # a second try for what failed only once
            log.info("%s: %d pictures failed, asking once more", server.name, len(reading.failed))
            reading = replace(reading, step=lambda: None, early_s=SOON_S)  # the pace waits as long as the server asks
            reading.read(self._hungry(server, level, early_s=SOON_S))
        report.failed += len(reading.failed)

    def _hungry(self, server: Server, level: int, *, early_s: float = 0.0) -> list[str]:
        space = self.vision.space
        return self.catalogue.people.hungry(
            server.box.endpoint,
            level=level,
            pack=space.pack,
            revision=space.revision,
            now=later(self.clock(), early_s),
            by_scenes=self.options.by_scenes,
        )

    def _finish(self, scope: Scope, troubles: dict[str, StashSenseError]) -> None:
        with self.catalogue.transaction():
            if not troubles:
                self.catalogue.faces.drop_retired()
                self.catalogue.faces.drop_other_packs(pack=self.vision.space.pack, revision=self.vision.space.revision)
            for server in self.servers:
                if server.box.endpoint not in troubles:
                    self.catalogue.sources.finish(server.box.endpoint, self.clock(), scope)
                self._count(server)
