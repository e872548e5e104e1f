"""scripts/build-gallery: the gallery builder without Stash's task queue."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

from scripts.building import arguments, output
from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import DAMAGED, known_catalogue
from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.http import HttpTransport
from stash_sense.adapters.models.packs import load_pack
from stash_sense.adapters.stash.config import StashBoxConfig, stash_boxes
from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.adapters.store.database import CorruptDatabaseError, open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.catalogue.admit import Caps
from stash_sense.core.catalogue.package import BUILT
from stash_sense.core.catalogue.records import SourceStatus
from stash_sense.entry.wiring import now
from stash_sense.entry.wiring_boxes import BuildSetup, open_builder
from stash_sense.entry.wiring_galleries import GALLERIES
from stash_sense.errors import RequestError, SetupError, StashSenseError
from stash_sense.usecases.build_gallery import GalleryBuilder, Options
from stash_sense.usecases.packages import Packages
from stash_sense.usecases.reporting import Report


def main() -> int:
    args = arguments.parsed()
    logging.basicConfig(
        level=logging.INFO if args.verbose else logging.ERROR, format="%(levelname).1s %(message)s", stream=sys.stderr
    )
    try:
        if args.status:
            return status(args)
        with library(args) as (boxes, shelf):
            return build(args, boxes, shelf)
    except StashSenseError as err:
        print(f"build-gallery: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nbuild-gallery: stopped; started again it goes on where it was.", file=sys.stderr)
        return 130


@contextmanager
def library(args: argparse.Namespace) -> Iterator[tuple[list[StashBoxConfig], StashLibrary | None]]:
    """The boxes to build from, and the library whose people come first."""
    named = arguments.boxes(args, os.environ)
    if args.stash is None:
        yield named, None
        return
    with closing(HttpTransport(arguments.access(args, os.environ))) as stash:
        boxes = named or stash_boxes(stash)
        if not boxes:
            raise RequestError("This Stash has no stash-boxes: enter one under Settings > Metadata Providers.")
        if args.rate:
            boxes = [replace(box, per_minute=args.rate) for box in boxes]
        yield boxes, StashLibrary(stash)


def build(args: argparse.Namespace, boxes: list[StashBoxConfig], shelf: StashLibrary | None) -> int:
    setup = BuildSetup(
        data_dir=args.data,
        boxes=boxes,
        pack=args.pack,
        workers=args.workers,
        scheduler=None if args.ids_only or args.dry_run else args.scheduler,
        options=Options(
            caps=Caps(args.max_per_source, args.max_total),
            limit=args.limit,
            by_scenes=args.order == "scenes",
            readers=max(1, args.workers),
        ),
        library=shelf,
    )
    with closing(open_database(args.data)) as db:
        stores = SqliteStores(db)
        with open_builder(setup, stores) as (builder, notice):
            if notice:
                print(notice, file=sys.stderr)
            if args.dry_run:
                print("\n".join(output.plan_lines(builder.plan(args.scope))))
                return 0
            return work(args, builder, stores)


def work(args: argparse.Namespace, builder: GalleryBuilder, stores: SqliteStores) -> int:
    bar = output.Bar(sys.stderr)
    report = Report.open(stores, "build_gallery", now, bar)
    try:
        if args.ids_only:
            found = builder.ids(args.scope, report)
            body = output.found_body(found)
            message = (
                f"{body['count']:,} ids, complete."
                if body["complete"]
                else f"{body['count']:,} ids, not proved complete."
            )
        else:
            message = builder.build(args.scope, report)
            body = output.status_body(builder.status(), live_ids(builder))
            body["complete"] &= args.limit is None
    except StashSenseError as err:
        bar.close()
        report.close(str(err), ok=False)
        raise
    bar.close()
    report.close(message)
    if args.json:
        output.write_json(args.json, body)
    print(message)
    if args.export and not args.ids_only:
        print(packages(args, stores).export(BUILT, str(args.export)))
    return 0


def live_ids(builder: GalleryBuilder) -> dict[str, list[str]]:
    people = builder.catalogue.people
    return {server.box.endpoint: people.wanted(server.box.endpoint) for server in builder.servers}


def packages(args: argparse.Namespace, stores: SqliteStores) -> Packages:
    return Packages(stores, GalleryFolders(args.data / GALLERIES), now)


def status(args: argparse.Namespace) -> int:
    found: list[SourceStatus] = []
    try:
        if (db := known_catalogue(args.data)) is not None:
            with closing(db):
                space = load_pack(args.pack).space
                found = SqliteCatalogue(db).status(pack=space.pack, revision=space.revision)
    except CorruptDatabaseError as err:
        raise SetupError(DAMAGED) from err
    print("\n".join(output.status_lines(found)))
    if args.json:
        output.write_json(args.json, output.status_body(found, {}))
    return 0


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
