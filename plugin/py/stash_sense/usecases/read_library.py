"""The library as the rules see it, brought up to date: only what has changed is asked for, and what is gone is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from stash_sense.core.curation.snapshots import Facts, MediaKind, ObjectKind
from stash_sense.usecases.curation_ports import FactSource
from stash_sense.usecases.reporting import Report
from stash_sense.usecases.stores import Stores

PAGE = 100  # objects committed together
KINDS: tuple[ObjectKind, ...] = ("performer", "scene", "image")
MEDIA: tuple[MediaKind, ...] = ("scene", "image")


@dataclass(frozen=True, slots=True)
class LibraryReader:
    """Safe to be killed at any instant: pages are committed one by one, and the watermark moves only after the last one."""

    stores: Stores
    source: FactSource

    def read(self, report: Report, *, full: bool) -> None:
        """full: everything, not only what has changed. A sweep that was cut short goes on where it was."""
        before = {kind: self.stores.library.ids(kind) for kind in KINDS}
        listed = {kind: self.source.ids(kind) for kind in KINDS}
        report.expect(sum(-(-len(ids) // PAGE) for ids in listed.values()) if full else 0)
        for kind in KINDS:
            self._sweep(kind, report, full=full)
            known = self.stores.library.ids(kind)
            self._read_some(kind, [one for one in listed[kind] if one not in known])
        self._forget(before, {kind: set(ids) for kind, ids in listed.items()})

    def _sweep(self, kind: ObjectKind, report: Report, *, full: bool) -> None:
        library = self.stores.library
        left = library.under_way(kind)
        if left is None or (full and left[0] is not None):
            since, newest = None if full else library.mark(kind), self.source.newest(kind)
            with self.stores.transaction():
                library.begin(kind, since=since, next_mark=newest)
            left = (since, "0")
        since, last = left
        for page in _paged(self.source.changed(kind, since=since, after=last)):
            with self.stores.transaction():
                library.put(kind, page, last_id=page[-1].id)
            report.step()
        with self.stores.transaction():
            library.finish(kind)

    def _read_some(self, kind: ObjectKind, ids: Sequence[str]) -> None:
        for page in _paged(self.source.some(kind, ids)):
            with self.stores.transaction():
                self.stores.library.put(kind, page)

    def _forget(self, before: Mapping[ObjectKind, set[str]], exists: Mapping[ObjectKind, set[str]]) -> None:
        """What was here and is gone from Stash goes, with its findings."""
        self._read_moved(exists)
        gone = {kind: before[kind] - exists[kind] for kind in KINDS}
        for kind in reversed(KINDS):
            with self.stores.transaction():
                if kind != "image":  # pictures are listed only if several performers are on them
                    self.stores.findings.prune(kind, self.stores.findings.objects(kind) - exists[kind])
                if kind == "scene":
                    self.stores.library.drop_cast_stamps(gone[kind])
                self.stores.library.drop(kind, gone[kind])

    def _read_moved(self, exists: Mapping[ObjectKind, set[str]]) -> None:
        """Scenes and pictures of performers who are gone: after a merge Stash has put somebody else there, without a new updated_at."""
        for kind in MEDIA:
            ids = [
                one.id for one in self.stores.library.media(kind) if not exists["performer"].issuperset(one.performers)
            ]
            self._read_some(kind, [one for one in ids if one in exists[kind]])


def _paged(facts: Iterable[Facts]) -> Iterator[list[Facts]]:
    rows = iter(facts)
    while page := list(islice(rows, PAGE)):
        yield page
