"""The task “Set up model pack”."""

from __future__ import annotations

from stash_sense.adapters.models.download import PackShop
from stash_sense.adapters.stash.config import save_plugin_settings
from stash_sense.entry.arguments import optional
from stash_sense.entry.engine import Engine
from stash_sense.entry.protocol import Request, progress
from stash_sense.entry.tasks import run_task
from stash_sense.entry.wiring_packs import pack_places, runtime
from stash_sense.settings import PLUGIN_ID, check, truth
from stash_sense.usecases.packs import accepts
from stash_sense.usecases.packs import set_up_pack as bring_about
from stash_sense.usecases.reporting import Report

PROVISIONAL = "Its thresholds have not been measured yet, so it never states more than 90 %."


def set_up_pack(request: Request) -> str:
    """{pack, accept_licence} → downloads the pack, tries it out, and makes it the one that “Update gallery” goes over to.

    pack: as the setting model_pack, which it is taken from if not given. accept_licence: the user accepts its terms; that is kept in the settings.
    """

    def work(engine: Engine, report: Report) -> str:
        choice = str(check("model_pack", optional(request.args, "pack") or engine.settings["model_pack"]))
        if truth(request.args.get("accept_licence")):
            _accept(engine, choice)
        pack = bring_about(
            PackShop(pack_places(request.data_dir)),
            choice,
            accepted=accepts(str(engine.settings["accept_licence"]), choice),
            runtime=runtime(),
            progress=progress,
        )
        if engine.settings["model_pack"] != choice:
            _save(engine, model_pack=choice)
        current = engine.stores.spaces.in_use()
        words = [f"The model pack “{pack.name}” is ready."]
        if pack.provisional:
            words.append(PROVISIONAL)
        if current is None or (current.pack, current.revision) != (pack.name, pack.revision):
            stays = f"; until then “{current.pack}” stays in use" if current else ""
            words.append(f"Run “Update gallery” to learn your performers' faces with it{stays}.")
        return " ".join(words)

    return run_task(request, "set_up_pack", work)


def _accept(engine: Engine, choice: str) -> None:
    names = str(engine.settings["accept_licence"])
    if not accepts(names, choice):
        _save(engine, accept_licence=", ".join(filter(None, [names, choice])))


def _save(engine: Engine, **changes: str) -> None:
    save_plugin_settings(engine.stash, PLUGIN_ID, changes)
    engine.load_settings()
