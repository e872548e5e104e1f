"""Faces from pages that the performers of the library have on reference sites.

Only sites the user has named, only those a check has found right, only through scrapers the user has installed, only addresses that the performer
has in Stash already, and only faces that agree with the person's own. A site that turns the scraper away is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from stash_sense.core.catalogue.admit import Candidate, Caps, admit
from stash_sense.core.codec import from_blob
from stash_sense.core.gallery_records import EnrolmentRecord, ReferenceRecord
from stash_sense.usecases.curate import Curator
from stash_sense.usecases.learning import REFERENCES_PER_PERSON
from stash_sense.usecases.reporting import Clock, Report, counted
from stash_sense.usecases.site_pages import FoundFace, Listing, Page, PageFaces, PageReader
from stash_sense.usecases.site_ports import Witnesses
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)

ORIGIN = "site"
PER_PAGE = 5  # faces
PATIENCE = 3  # pages in a row that may fail before a site is left for another day


@dataclass(frozen=True, slots=True)
class ReferenceSites:
    """hosts: what the setting reference_sites names. agree_from: cosine from which references support each other (pack.json)."""

    stores: Stores
    reader: PageReader
    witnesses: Witnesses
    hosts: Sequence[str]
    agree_from: float
    clock: Clock

    def update(self, report: Report) -> str:
        """Reads the pages that have not been read; forgets faces of sites and addresses that count no more. Returns the sentences for the user."""
        trusted = [host for host in self.hosts if self._doubt(host) is None]
        said = [f"{host} is left out: {doubt}." for host in self.hosts if (doubt := self._doubt(host)) is not None]
        listing = self.reader.listing(trusted) if trusted else Listing({}, frozenset())
        self._drop_others(listing.urls)
        waiting = {host: [page for page in found if self._is_due(page)] for host, found in listing.pages.items()}
        report.expect(report.done + sum(map(len, waiting.values())))
        said += [self._site(host, found, report) for host, found in waiting.items() if found]
        return " ".join(said)

    def _doubt(self, host: str) -> str | None:
        """Why a site may not be used."""
        report, space = self.stores.sites.get(host), self.reader.harvester.encoder.space
        if report is None or (report.pack, report.revision) != (space.pack, space.revision):
            return "it has not been checked with this model pack, run “Check reference sites”"
        return report.doubt

    def _is_due(self, page: Page) -> bool:
        """Not read yet by this pack for this person, or without success; and there is a face to compare with, and room for more."""
        space = self.reader.harvester.encoder.space
        known = self.stores.gallery.enrolment(ORIGIN, page.url)
        current = known is not None and (known.pack, known.revision) == (space.pack, space.revision)
        done = known is not None and current and known.version == page.person_id and known.outcome != "unreadable"
        return not done and 0 < len(self.witnesses.own(page.person_id)) < REFERENCES_PER_PERSON

    def _site(self, host: str, pages: Sequence[Page], report: Report) -> str:
        learned, read, failing = 0, 0, 0
        for page in pages:
            found = self.reader.read(page)
            if found.outcome == "refused":
                left = len(pages) - read
                return f"{found.message} {counted(left, 'page of it waits', 'pages of it wait')} for the next “Update gallery”."
            learned += self._keep(page, found)
            read += 1
            failing = failing + 1 if found.outcome == "failed" else 0
            report.step(failed=found.outcome == "failed")
            if failing >= PATIENCE:
                return f"{host}: {counted(learned, 'face', 'faces')} learned, then {failing} pages in a row failed. {found.message}"
        return f"{host}: {counted(learned, 'face', 'faces')} learned from {counted(read, 'page', 'pages')}."

    def _keep(self, page: Page, found: PageFaces) -> int:
        """Commits what a page came to; returns how many faces of it are enrolled."""
        taken = self._admitted(page, found.faces)
        space = self.reader.harvester.encoder.space
        enrolment = EnrolmentRecord(
            ORIGIN, page.url, page.person_id, "", space.pack, space.revision, _outcome(found, taken), self.clock(), found.message
        )  # fmt: skip
        with self.stores.transaction():
            self.stores.gallery.put_enrolment(enrolment)
            if found.outcome != "failed":
                before = self.stores.gallery.people_of_origin(ORIGIN, page.url)
                self.stores.gallery.drop_origin(ORIGIN, page.url)
                for one in taken:
                    self.stores.gallery.add_reference(self._reference(page, one))
                if taken or before:
                    self._curate({page.person_id, *before})
        return len(taken)

    def _admitted(self, page: Page, faces: Sequence[FoundFace]) -> list[FoundFace]:
        """Faces that agree with the person's own."""
        own = self.witnesses.own(page.person_id)
        if not faces or not len(own):
            return []
        candidates = [
            Candidate(
                page.host, one.face.quality, from_blob(one.face.vector), "medium", one.in_company, f"{one.picture}"
            )
            for one in faces
        ]
        caps = Caps(PER_PAGE, max(0, REFERENCES_PER_PERSON - len(own)))
        admissions = admit(candidates, own, rules=self.reader.harvester.rules, caps=caps)
        return [one for one, admission in zip(faces, admissions, strict=True) if admission.state == "used"]

    def _reference(self, page: Page, found: FoundFace) -> ReferenceRecord:
        space = self.reader.harvester.encoder.space
        return ReferenceRecord(
            person_id=page.person_id,
            origin=ORIGIN,
            origin_id=page.url,
            content_hash=found.content_hash,
            pack=space.pack,
            revision=space.revision,
            state="used",
            quality=found.face.quality,
            vector=found.face.vector,
            crop=found.face.crop,
            added_at=self.clock(),
        )

    def _drop_others(self, urls: Collection[str]) -> None:
        """Forgets what came from sites that are named no more and from addresses that performers have no more."""
        for url in sorted(self.stores.gallery.enrolled_origins(ORIGIN).difference(urls)):
            with self.stores.transaction():
                people = self.stores.gallery.people_of_origin(ORIGIN, url)
                self.stores.gallery.drop_enrolment(ORIGIN, url)
                self.stores.gallery.drop_origin(ORIGIN, url)
                if people:
                    self._curate(set(people))

    def _curate(self, people: set[str]) -> None:
        """Sorts out which references of these people are used, now that they have other ones."""
        curator = Curator(self.stores, self.reader.harvester.encoder.space, self.agree_from)
        for person_id in sorted(people):
            curator.sort_out(person_id)
        self.stores.gallery.bump()


def _outcome(found: PageFaces, taken: Sequence[FoundFace]) -> str:
    """In the words of enrol_outcomes."""
    if found.outcome == "failed":
        return "unreadable"
    if found.outcome == "gone" or not found.pictures:
        return "no_image"
    if taken:
        return "enrolled"
    if found.faces:
        return "disagrees"
    outcomes: Mapping[str, int] = found.outcomes or {}
    if outcomes.get("several_faces") or outcomes.get("no_face"):
        return "no_face" if outcomes.get("no_face") else "several_faces"
    return "no_image" if outcomes.keys() <= {"unreadable", "only_named"} else "low_quality"
