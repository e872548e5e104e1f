"""What the status operation says about model packs. Standard library only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stash_sense.adapters.models.manifest import REPAIR, read_manifest, remedy_of, verify_files
from stash_sense.adapters.models.places import PackInfo, is_folder, megabytes
from stash_sense.core.gallery_records import PackRecord
from stash_sense.entry.wiring_packs import info_in_use, pack_places, runtime
from stash_sense.errors import SetupError, StashSenseError
from stash_sense.settings import Value
from stash_sense.usecases.packs import accepts, needs_consent, runs_elsewhere

HASHED_BYTES = (
    20_000_000  # more would take too long here; larger models are compared with their sha256 whenever they are opened
)
CHANGE = "The gallery is of the model pack “{old}”, which stays in use until “Update gallery” has learned every face with “{new}”."
GONE = "The gallery was made with the model pack “{old}”, which is not there any more as it was: run “Update gallery” to learn every face with “{new}”."


def describe(settings: dict[str, Value], current: PackRecord | None, data_dir: Path) -> dict[str, Any]:
    """{pack, packs, problems}: the pack in use, all that can be chosen, and what is wrong with the one that was."""
    places, here = pack_places(data_dir), runtime()
    choice, problems = str(settings["model_pack"]), []
    chosen, used = _looked_up(data_dir, choice), _used(current, settings, data_dir)
    packs = [
        _offered(info, choice, current, here)
        for info in (_looked_up(data_dir, name) for name in places.names())
        if isinstance(info, PackInfo)
    ]
    if isinstance(chosen, PackInfo) and choice not in places.names():
        packs.append(_offered(chosen, choice, current, here))
    problem = _problem(chosen, choice, str(settings["accept_licence"]), here)
    if problem is not None:
        problems.append(problem)
    elif (
        isinstance(chosen, PackInfo)
        and current is not None
        and (current.pack, current.revision) != (chosen.name, chosen.revision)
    ):
        sentence = GONE if used == chosen else CHANGE
        message = sentence.format(old=current.pack, new=chosen.name)
        problems.append({"code": "pack_change", "message": message, "fix": "update_gallery"})
    pack = _in_use(used, choice)
    if isinstance(used, PackInfo) and used.complete and not pack["ok"]:
        fix = "set_up_pack" if used.sources else "set_up"
        problems.insert(0, {"code": "pack", "message": pack["message"], "fix": fix})
    return {"pack": pack, "packs": packs, "problems": problems}


def _looked_up(data_dir: Path, choice: str) -> PackInfo | SetupError:
    try:
        return pack_places(data_dir).look_up(choice)
    except SetupError as err:
        return err


def _used(current: PackRecord | None, settings: dict[str, Value], data_dir: Path) -> PackInfo | SetupError:
    try:
        return info_in_use(current, settings, data_dir)
    except SetupError as err:
        return err


def _offered(info: PackInfo, choice: str, current: PackRecord | None, here: str) -> dict[str, Any]:
    return {
        "name": info.choice,
        "revision": info.revision,
        "licence": info.licence,
        "terms": info.terms,
        "terms_url": info.terms_url,
        "provisional": info.provisional,
        "size_bytes": info.size,
        "ready": info.complete,
        "runs_here": here in info.runtimes,
        "chosen": info.choice == choice,
        "in_use": current is not None and current.choice == info.choice,
    }


def _problem(chosen: PackInfo | SetupError, choice: str, accepted: str, here: str) -> dict[str, Any] | None:
    """What keeps the chosen pack from being used."""
    if isinstance(chosen, SetupError):
        return {"code": "pack", "message": str(chosen), "fix": None if is_folder(choice) else "set_up"}
    if here not in chosen.runtimes:
        return {"code": "pack", "message": runs_elsewhere(chosen, here), "fix": None}
    if chosen.complete:
        return None
    if chosen.terms and not accepts(accepted, chosen.name):
        return {"code": "pack", "message": needs_consent(chosen), "fix": None}
    message = f"The model pack “{chosen.name}” has not been downloaded yet ({megabytes(chosen.size)})."
    return {"code": "pack", "message": message, "fix": "set_up_pack"}


def _in_use(info: PackInfo | SetupError, choice: str) -> dict[str, Any]:
    """name, revision, ok, message and provisional of the pack that scenes are looked at with."""
    if isinstance(info, SetupError):
        return {"name": choice, "revision": None, "ok": False, "message": str(info), "provisional": False}
    message = None
    try:
        manifest = read_manifest(info.folder)
        sizes = sum((info.folder / name).stat().st_size for name in info.files if (info.folder / name).is_file())
        if sizes <= HASHED_BYTES:
            verify_files(info.name, info.files, info.folder, remedy_of(manifest))
    except StashSenseError as err:
        message = str(err) if info.complete else f"The model pack “{info.name}” has not been downloaded yet."
    except (OSError, TypeError, ValueError) as err:
        message = f"The model pack in {info.folder} cannot be read ({err}). {REPAIR}"
    return {
        "name": info.name,
        "revision": info.revision,
        "ok": message is None,
        "message": message,
        "provisional": info.provisional,
    }
