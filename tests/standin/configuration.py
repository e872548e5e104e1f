"""What the stand-in answers about itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.standin.plugin import Plugin
from tests.standin.sessions import Sessions


class Configuration:
    """The part of the stand-in behind `configuration` and `systemStatus`."""

    settings: dict[str, dict[str, Any]]
    ui_settings: dict[str, Any]
    stash_boxes: list[dict[str, Any]]
    plugins: dict[str, Plugin]
    sessions: Sessions
    library_paths: list[Path]
    config_dir: Path
    cwd: Path
    python_path: str
    parallel_tasks: int

    def plugin_settings(self, include: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
        wanted = (
            self.settings if include is None else {key: self.settings[key] for key in include if key in self.settings}
        )
        return {key: dict(values) for key, values in wanted.items()}

    def configuration(self) -> dict[str, Any]:
        folder = str(self.config_dir)
        paths = {
            name: f"{folder}/{name.removesuffix('Path')}"
            for name in ("generatedPath", "metadataPath", "cachePath", "blobsPath")
        }
        general = {
            "stashes": [
                {"path": str(path), "excludeVideo": False, "excludeImage": False} for path in self.library_paths
            ],
            "databasePath": f"{folder}/stash-go.sqlite",
            "configFilePath": f"{folder}/config.yml",
            "pluginsPath": str(next(iter(self.plugins.values())).folder.parent)
            if self.plugins
            else f"{folder}/plugins",
            "ffmpegPath": "",
            "ffprobePath": "",
            "parallelTasks": self.parallel_tasks,
            "videoFileNamingAlgorithm": "OSHASH",
            "apiKey": self.sessions.accounts.api_key,
            "username": self.sessions.accounts.username,
            "maxSessionAge": int(self.sessions.max_age_s),
            "stashBoxes": self.stash_boxes,
            "pythonPath": self.python_path,
        }
        return {"general": general | paths, "ui": dict(self.ui_settings)}

    def system_status(self) -> dict[str, Any]:
        folder = str(self.config_dir)
        paths = {"databasePath": f"{folder}/stash-go.sqlite", "configPath": f"{folder}/config.yml"}
        where = {"os": sys.platform, "workingDir": str(self.cwd), "homeDir": str(Path.home()), "status": "OK"}
        return {"databaseSchema": 75, "appSchema": 75, **paths, **where, "ffmpegPath": None, "ffprobePath": None}
