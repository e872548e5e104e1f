"""pack.json and the files it vouches for, from the standard library alone: the status operation looks at them without numpy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stash_sense.errors import SetupError

REPAIR = "Run the task “Set up or repair”; if that does not help, install the plugin again."
FETCH = "Run the task “Set up model pack”."


def read_manifest(folder: Path) -> Any:
    """The content of pack.json, whatever it is. Raises SetupError if it is missing or no JSON."""
    try:
        return json.loads((folder / "pack.json").read_text("utf-8"))
    except OSError as err:
        raise SetupError(f"The model pack in {folder} has no readable pack.json. {REPAIR}") from err
    except ValueError as err:  # broken UTF-8 or broken JSON
        raise SetupError(f"The model pack in {folder} has a damaged pack.json. {REPAIR}") from err


def remedy_of(manifest: Mapping[str, Any]) -> str:
    """What helps against a damaged file: models that were downloaded can be downloaded again."""
    return FETCH if "download" in manifest else REPAIR


def verify_files(pack: str, files: Mapping[str, str], folder: Path, remedy: str = REPAIR) -> None:
    """Raises SetupError naming the first of `files` (name → sha256) that is missing or differs."""
    for name, expected in files.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as err:
            raise SetupError(f"The model file {name} of the pack “{pack}” cannot be read. {remedy}") from err
        if found != expected:
            raise SetupError(f"The model file {name} of the pack “{pack}” is damaged. {remedy}")
