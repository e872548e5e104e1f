"""Wires the task “Set up or repair”; apart from wiring.py, because it runs before anything is installed."""

from __future__ import annotations

from pathlib import Path

from stash_sense.adapters import dependencies
from stash_sense.adapters.pip import Pip
from stash_sense.adapters.platform import interpreter
from stash_sense.adapters.probe import Probe
from stash_sense.adapters.site import SiteFolders
from stash_sense.usecases.install import SetUpPorts


def set_up_ports(data_dir: Path, pack_folder: Path, requirements: Path | None = None) -> SetUpPorts:
    """pack_folder: the model pack to try out. requirements: another file than this interpreter's own (tests)."""
    file = requirements or dependencies.requirement_file()
    it = interpreter()
    return SetUpPorts(it, SiteFolders(data_dir, file), Pip(file), Probe(file, pack_folder, it.runtime))
