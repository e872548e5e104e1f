"""Tasks about galleries from elsewhere: stash-boxes, packages of others, reference sites, and one's own work as a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.own import OwnZip
from stash_sense.adapters.stash.config import StashBoxConfig, stash_boxes
from stash_sense.adapters.store.own import OwnStore
from stash_sense.core.catalogue.package import BUILT
from stash_sense.core.catalogue.records import SCOPES, Scope
from stash_sense.core.catalogue.site_addresses import hosts_of
from stash_sense.core.identity.urls import endpoint_host
from stash_sense.entry.arguments import optional, text
from stash_sense.entry.engine import Engine
from stash_sense.entry.protocol import Request
from stash_sense.entry.tasks import run_task
from stash_sense.entry.wiring import now
from stash_sense.entry.wiring_boxes import BuildSetup, only_build, open_builder
from stash_sense.entry.wiring_galleries import GALLERIES
from stash_sense.entry.wiring_packs import RUNTIME_VARIABLE
from stash_sense.entry.wiring_sites import site_check
from stash_sense.errors import RequestError, SetupError
from stash_sense.settings import names_in, truth
from stash_sense.usecases.build_gallery import Options
from stash_sense.usecases.build_report import planned
from stash_sense.usecases.own_data import OwnImport, export_own
from stash_sense.usecases.packages import Packages
from stash_sense.usecases.reporting import Report

LEAST_READERS = 2  # one downloads while the other works


def build_gallery(request: Request) -> str:
    """{scope, dry_run} → learns faces from the stash-boxes; dry_run: says only what that would take."""
    scope = _scope(request)
    dry = truth(request.args.get("dry_run"))

    def work(engine: Engine, report: Report) -> str:
        readers = 0 if dry else max(LEAST_READERS, engine.threads)
        setup = BuildSetup(
            data_dir=request.data_dir,
            boxes=_boxes(engine),
            pack=engine.in_use.folder,
            workers=readers,
            runtime=os.environ.get(RUNTIME_VARIABLE) or None,
            options=Options(readers=max(1, readers)),
            library=engine.library,
        )
        with open_builder(setup, engine.stores) as (builder, notice):
            if notice:
                engine.notices.append(notice)
            if dry:
                report.expect(1)
                sentence = planned(builder.plan(scope))
                report.step()
                return sentence
            engine.follow_library()
            sentence = builder.build(scope, report)
        engine.note_packages()
        return sentence

    return run_task(request, "plan_gallery" if dry else "build_gallery", work)


def import_gallery(request: Request) -> str:
    """{path} → uses the package or update in a folder, in a zip file or at an address."""
    source = optional(request.args, "path") or text(request.args, "url")
    source = source if "://" in source else str(_full(source))

    def work(engine: Engine, report: Report) -> str:
        return _packages(engine, report).bring(source, engine.pack.space)

    return run_task(request, "import_gallery", _noting(work))


def export_gallery(request: Request) -> str:
    """{path, name, update, base} → writes a gallery in use, or the way to it from an earlier build, to a zip file or folder."""
    target, name = str(_full(text(request.args, "path"))), optional(request.args, "name") or BUILT

    def work(engine: Engine, report: Report) -> str:
        packages = _packages(engine, report)
        if truth(request.args.get("update")):
            return packages.export_update(name, target, base=optional(request.args, "base"))
        return packages.export(name, target)

    return run_task(request, "export_gallery", work)


def roll_back_gallery(request: Request) -> str:
    """{name} → uses the build before this one again."""
    name = optional(request.args, "name") or BUILT

    def work(engine: Engine, report: Report) -> str:
        with _no_build(engine, name):
            return _packages(engine, report).rollback(name)

    return run_task(request, "roll_back_gallery", _noting(work))


def remove_gallery(request: Request) -> str:
    """{name} → uses the gallery no more and deletes its files."""
    name = text(request.args, "name")

    def work(engine: Engine, report: Report) -> str:
        with _no_build(engine, name):
            return _packages(engine, report).remove(name)

    return run_task(request, "remove_gallery", _noting(work))


def export_own_data(request: Request) -> str:
    """{path} → writes the user's own references and decisions to a zip file."""
    target = _full(text(request.args, "path"))

    def work(engine: Engine, report: Report) -> str:
        return export_own(OwnStore(engine.stores.db), _own_zip(target, engine, report), now)

    return run_task(request, "export_own", work)


def import_own_data(request: Request) -> str:
    """{path} → brings the file of another installation in."""
    source = _full(text(request.args, "path"))

    def work(engine: Engine, report: Report) -> str:
        bring = OwnImport(engine.stores, OwnStore(engine.stores.db), engine.library, now)
        return bring.bring(_own_zip(source, engine, report))

    return run_task(request, "import_own", work)


def validate_sites(request: Request) -> str:
    """{hosts} → checks reference sites against people whose faces are known; those of the settings if none are named."""

    def work(engine: Engine, report: Report) -> str:
        hosts = hosts_of(optional(request.args, "hosts") or str(engine.settings["reference_sites"]))
        return site_check(engine).run(hosts, report)

    return run_task(request, "validate_sites", work)


def _noting(work: Callable[[Engine, Report], str]) -> Callable[[Engine, Report], str]:
    """`work`, which changes the packages in use, and then a note of whom they know."""

    def worked(engine: Engine, report: Report) -> str:
        sentence = work(engine, report)
        engine.follow_library()
        engine.note_packages()
        return sentence

    return worked


def _scope(request: Request) -> Scope:
    wanted = optional(request.args, "scope") or SCOPES[0]
    for scope in SCOPES:
        if scope == wanted:
            return scope
    raise RequestError(f"There is no scope {wanted}: use {', '.join(SCOPES[:-1])} or {SCOPES[-1]}.")


def _boxes(engine: Engine) -> list[StashBoxConfig]:
    """The stash-boxes that Stash knows, or those of them that the setting names."""
    boxes = stash_boxes(engine.stash)
    if not boxes:
        raise SetupError("Stash has no stash-box yet: add one with your key under Settings > Metadata Providers.")
    named = names_in(engine.settings["stash_box_endpoints"])
    chosen = [box for box in boxes if not named or _names(box) & named]
    if not chosen:
        known = ", ".join(box.name for box in boxes)
        raise SetupError(f"Your stash-boxes ({known}) are not named in the setting “Stash-boxes”: correct or empty it.")
    return chosen


def _names(box: StashBoxConfig) -> set[str]:
    return {box.name.casefold(), box.endpoint.casefold(), endpoint_host(box.endpoint)}


def _no_build(engine: Engine, name: str) -> AbstractContextManager[object]:
    """Keeps builds away from the gallery they write. Raises SetupError while one is at work, which would bring it back."""
    return only_build(engine.data_dir) if name == BUILT else nullcontext()


def _packages(engine: Engine, report: Report) -> Packages:
    report.expect(1)
    return Packages(engine.stores, GalleryFolders(engine.data_dir / GALLERIES), now, _share(report))


def _own_zip(path: Path, engine: Engine, report: Report) -> OwnZip:
    report.expect(1)
    return OwnZip(path, engine.data_dir, _share(report))


def _share(report: Report) -> Callable[[float, float], None]:
    """Progress within the one item there is."""
    return lambda done, total: report.within(done / total if total else 0.0)


def _full(place: str) -> Path:
    """Raises RequestError for a path that would depend on the folder Stash was started in."""
    path = Path(place).expanduser()
    if not path.is_absolute():
        raise RequestError(f"{path} is not a full path: name the folder too, as the machine that runs Stash sees it.")
    return path
