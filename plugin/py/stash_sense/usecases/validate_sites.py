"""Checks reference sites against people whose faces are known, before any of their faces is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stash_sense.core.catalogue.admit import agreement, distinct
from stash_sense.core.catalogue.site_report import SiteReport
from stash_sense.core.codec import from_blob
from stash_sense.errors import RequestError
from stash_sense.usecases.reporting import Clock, Report
from stash_sense.usecases.site_pages import Page, PageFaces, PageReader
from stash_sense.usecases.site_ports import Witnesses
from stash_sense.usecases.stores import Stores

SAMPLE = 30  # pages of a site
PATIENCE = 3  # pages in a row that may fail


@dataclass(slots=True)
class _Tally:
    """What the pages of one site have shown so far."""

    people: int = 0
    pages: int = 0
    failed: int = 0
    pictures: int = 0
    faces: int = 0
    matching: int = 0
    elsewhere: int = 0
    message: str | None = None


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """Reads a sample of a site's pages, compares their faces with the people's own, keeps the report and no face."""

    stores: Stores
    reader: PageReader
    witnesses: Witnesses
    clock: Clock

    def run(self, hosts: Sequence[str], report: Report) -> str:
        """One report a site; returns the sentences for the user. Raises RequestError without a site."""
        if not hosts:
            raise RequestError(
                "No reference site is named: enter one under Settings > Plugins > Stash Sense, “Reference sites”."
            )
        pages = {host: self._sample(found) for host, found in self.reader.listing(hosts).pages.items()}
        report.expect(report.done + sum(map(len, pages.values())))
        return " ".join(self._check(host, pages[host], report) for host in hosts)

    def _sample(self, pages: Sequence[Page]) -> list[Page]:
        """Pages of people whose face is known, spread over the library."""
        known = [page for page in pages if len(self.witnesses.own(page.person_id))]
        step = max(1, len(known) // SAMPLE)
        return known[::step][:SAMPLE]

    def _check(self, host: str, pages: Sequence[Page], report: Report) -> str:
        tally, outcomes, failing = _Tally(), Counter[str](), 0
        for page in pages:
            found = self.reader.read(page)
            report.step(failed=found.outcome == "failed")
            tally.pages += 1
            outcomes.update(found.outcomes or {})
            if found.outcome != "read":
                tally.failed += 1
                failing += found.outcome == "failed"
                tally.message = found.message
                if found.outcome == "refused" or failing >= PATIENCE:
                    break
                continue
            failing = 0
            self._compare(page, found, tally)
        written = self._write(host, tally, outcomes)
        return said(written, len(pages))

    def _compare(self, page: Page, found: PageFaces, tally: _Tally) -> None:
        rules = self.reader.harvester.rules
        own = distinct(self.witnesses.own(page.person_id), rules.copy)
        alone = [one for one in found.faces if not one.in_company]
        tally.pictures += found.pictures
        tally.people += bool(alone)
        for one in alone:
            vector = from_blob(one.face.vector)
            score = agreement(vector, own)
            tally.faces += 1
            tally.matching += score >= rules.agree_from(len(own))
            tally.elsewhere += self.witnesses.nearest_other(vector, page.person_id) > score

    def _write(self, host: str, tally: _Tally, outcomes: Counter[str]) -> SiteReport:
        space = self.reader.harvester.encoder.space
        written = SiteReport(
            host=host,
            at=self.clock(),
            pack=space.pack,
            revision=space.revision,
            people=tally.people,
            pages=tally.pages,
            failed=tally.failed,
            pictures=tally.pictures,
            faces=tally.faces,
            matching=tally.matching,
            elsewhere=tally.elsewhere,
            outcomes={name: count for name, count in sorted(outcomes.items()) if name != "face"},
            message=tally.message,
        )
        with self.stores.transaction():
            self.stores.sites.put(written)
        return written


def said(report: SiteReport, pages: int) -> str:
    """The report in a sentence or two."""
    if not pages:
        return (
            f"{report.host}: nobody whose face is known has a page there that an installed scraper reads; "
            "look at the performers' URLs in Stash and at Settings > Metadata providers."
        )
    if not report.faces:
        why = f" {report.message}" if report.message else ""
        return f"{report.host}: {report.pages} pages were read and no usable face was found, so it is not used.{why}"
    shares = (
        f"{report.host}: {report.faces} faces on {report.pages} pages, {report.matching} match the person, "
        f"{report.elsewhere} are nearer to somebody else"
    )
    return f"{shares}: it may be used." if report.doubt is None else f"{shares}. It is not used: {report.doubt}."
