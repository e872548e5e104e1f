"""Queued tasks: each takes a request and returns one sentence; every item is committed by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stash_sense.entry.engine import Engine, open_engine
from stash_sense.entry.protocol import Request, progress
from stash_sense.entry.wiring import now
from stash_sense.errors import RequestError
from stash_sense.settings import truth
from stash_sense.usecases.enrol import Gallery
from stash_sense.usecases.reporting import Report, counted
from stash_sense.usecases.sweep import Sweep
from stash_sense.usecases.tagging import remove_all_tags


def update_gallery(request: Request) -> str:
    """Learns the faces of the performers in the library."""

    def work(engine: Engine, report: Report) -> str:
        wanted = engine.wanted
        gallery = Gallery(
            stores=engine.stores,
            library=engine.library,
            pictures=engine.pictures,
            encoder=wanted.encoder(engine.settings),
            agree_from=wanted.rules.reference_agree,
            sure_face=wanted.calibration.bands.sure_face,
            clock=now,
            choice=wanted.choice,
        )
        said = [gallery.update(report)]
        engine.note_packages()
        if engine.settings["reference_sites"] or engine.stores.gallery.enrolled_origins("site"):
            from stash_sense.entry.wiring_sites import reference_sites  # with all that downloads; few users have sites

            said.append(reference_sites(engine).update(report))
        return " ".join(filter(None, said))

    return run_task(request, "update_gallery", work)


def identify_new(request: Request) -> str:
    """Analyses what has not been analysed yet."""

    def work(engine: Engine, report: Report) -> str:
        return Sweep(engine.identifier(), report).new(include_images=bool(engine.settings["include_images"]))

    return run_task(request, "identify_new", work)


def identify(request: Request) -> str:
    """{scene_ids, force} → analyses these scenes."""
    scene_ids = _ids(request.args.get("scene_ids") or request.args.get("scene_id"), "scene_ids")
    force = truth(request.args.get("force"))
    return run_task(
        request, "identify", lambda engine, report: Sweep(engine.identifier(), report).scenes(scene_ids, force=force)
    )


def identify_images(request: Request) -> str:
    """{image_ids | gallery_id, force} → analyses these pictures; those of a gallery also all together."""
    force, gallery_id = truth(request.args.get("force")), request.args.get("gallery_id")
    if gallery_id is not None:
        (gallery,) = _ids(gallery_id, "gallery_id")
        return run_task(
            request,
            "identify_images",
            lambda engine, report: Sweep(engine.identifier(), report).gallery(gallery, force=force),
        )
    image_ids = _ids(request.args.get("image_ids") or request.args.get("image_id"), "image_ids or gallery_id")
    return run_task(
        request,
        "identify_images",
        lambda engine, report: Sweep(engine.identifier(), report).pictures(image_ids, force=force),
    )


def process_queue(request: Request) -> str:
    """Analyses what the hook has queued."""
    return run_task(request, "process_queue", lambda engine, report: Sweep(engine.identifier(), report).queued())


def rematch(request: Request) -> str:
    """Holds everything analysed against the present gallery."""

    def work(engine: Engine, report: Report) -> str:
        done = engine.rematcher().all(report)
        return f"{counted(done, 'scene or image', 'scenes and images')} matched again."

    return run_task(request, "rematch", work)


def remove_tags(request: Request) -> str:
    """Takes every tag of ours out of Stash."""

    def work(engine: Engine, report: Report) -> str:
        report.expect(1)
        removed = remove_all_tags(engine.editor, engine.stores)
        report.step()
        return f"{counted(removed, 'tag was', 'tags were')} removed. Performers that you added stay."

    return run_task(request, "remove_tags", work)


def run_task(request: Request, kind: str, work: Callable[[Engine, Report], str]) -> str:
    """Does `work` with an engine and a row in `run`; returns its sentence."""
    with open_engine(request) as engine:
        report = Report.open(engine.stores, kind, now, progress)
        engine.stash.learn_api_key()  # in case the cookie lapses in a long run
        engine.load_settings()
        message = work(engine, report)
        report.close(" ".join([*engine.notices, message]))
        return message


def _ids(value: Any, name: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    try:
        ids = [str(int(str(one))) for one in values]
    except ValueError as err:
        raise RequestError(f"The task needs {name}.") from err
    if not ids:
        raise RequestError(f"The task needs {name}.")
    return list(dict.fromkeys(ids))
