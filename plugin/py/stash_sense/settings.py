"""The one table of settings: stash-sense.yml, docs/settings.md, the settings page and the database mirror are tested against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import RequestError

PLUGIN_ID = "stash-sense"

Value = bool | int | str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. bounds: lowest and highest whole number (numbers only). zero_means_unset: Stash's page stores 0 for an emptied number.

    or_folder: beside one of the choices the path of a folder will do.
    """

    key: str
    title: str
    default: Value
    help: str
    bounds: tuple[int, int] | None = None
    zero_means_unset: bool = False
    choices: tuple[str, ...] = ()
    or_folder: bool = False

    def takes(self, text: str) -> bool:
        """Whether a text is one of the choices, where there are any."""
        return not self.choices or text in self.choices or (self.or_folder and ("/" in text or "\\" in text))

    @property
    def kind(self) -> str:
        """Type name in stash-sense.yml: BOOLEAN, NUMBER or STRING."""
        return {bool: "BOOLEAN", int: "NUMBER", str: "STRING"}[type(self.default)]


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "identify_on_scan",
        "Identify on scan",
        False,
        "Queue every scene that a scan adds; one background job then identifies them.",
    ),
    Setting(
        "frames_per_scene",
        "Frames per scene",
        40,
        "Frames read from each video, spread over its length.",
        (10, 200),
        True,
    ),
    Setting(
        "review_from",
        "Suggest from (%)",
        60,
        "Names are suggested from this probability on, in per cent.",
        (1, 99),
        True,
    ),
    Setting(
        "auto_accept",
        "Add by itself from (%)",
        0,
        "Adds a performer of your library without asking from this probability on, in per cent; 0 switches it off.",
        (0, 100),
    ),
    Setting("person_tags", "Tags per person", True, "Tag scenes with “Sense: maybe <name>” while a suggestion waits."),
    Setting(
        "done_tag",
        "Tag finished scenes",
        True,
        "Tag analysed scenes with “Sense: done”; off leaves only what needs attention.",
    ),
    Setting("skip_organized", "Skip organised scenes", False, "Leave scenes and images marked as organised alone."),
    Setting("include_images", "Identify images too", False, "“Identify new scenes” also takes pictures."),
    Setting(
        "model_pack",
        "Model pack",
        "compact",
        "Models used to find and compare faces: compact, opencv, buffalo_l, or a folder with a pack.json. "
        "After a change run “Set up model pack”, then “Update gallery”.",
        choices=("compact", "opencv", "buffalo_l"),
        or_folder=True,
    ),
    Setting(
        "accept_licence",
        "Accepted model licences",
        "",
        "Model packs whose terms you accept (names, separated by commas); buffalo_l is for non-commercial research only.",
    ),
    Setting("threads", "Threads", 0, "Processor threads for the models; 0 takes half of the cores.", (0, 64)),
    Setting(
        "min_face_px",
        "Smallest face (pixels)",
        36,
        "Faces smaller than this are counted, never matched.",
        (16, 400),
        True,
    ),
    Setting(
        "excluded_tags",
        "Excluded tags",
        "",
        "Scenes and images with one of these tags are left alone (names, separated by commas).",
    ),
    Setting(
        "stash_box_endpoints",
        "Stash-boxes",
        "",
        "Stash-boxes to learn faces from (names or hosts, separated by commas); empty: all that Stash knows.",
    ),
    Setting(
        "reference_sites",
        "Reference sites",
        "",
        "Sites (host names, separated by commas) whose pages among your performers' URLs “Update gallery” may read with your scrapers.",
    ),
)

BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


def effective(stored: Mapping[str, Any]) -> dict[str, Value]:
    """The values that count: what the user stored where it makes sense, else the default.

    Stash's own page can store 0 or "" for an emptied field and any number at all, so numbers are pulled into their range here.
    """
    return {setting.key: _effective(setting, stored.get(setting.key)) for setting in SETTINGS}


def check(key: str, value: Any) -> Value:
    """`value` as the setting stores it. Raises RequestError with the allowed range if it does not fit."""
    setting = BY_KEY.get(key)
    if setting is None:
        raise RequestError(f"There is no setting called {key}.")
    if isinstance(setting.default, bool):
        if not isinstance(value, bool):
            raise RequestError(f"{setting.title} is on or off.")
        return value
    if isinstance(setting.default, int):
        return _checked_number(setting, value)
    if not isinstance(value, str) or not setting.takes(value):
        folder = ("the path of a folder",) if setting.or_folder else ()
        raise RequestError(f"{setting.title} takes {' or '.join((*setting.choices, *folder)) or 'text'}.")
    return value


def _checked_number(setting: Setting, value: Any) -> int:
    low, high = setting.bounds or (0, 2**31)
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not low <= value <= high:
        raise RequestError(f"{setting.title} takes a whole number from {low} to {high}.")
    return int(value)


def _effective(setting: Setting, value: Any) -> Value:
    if isinstance(setting.default, bool):
        return truth(value, setting.default)
    if isinstance(setting.default, int):
        return _number(setting, value)
    text = value.strip() if isinstance(value, str) else ""
    return text if text and setting.takes(text) else setting.default


def names_in(value: Value) -> set[str]:
    """The names in a setting that lists some, separated by commas; in small letters, since letter case does not count."""
    return {name.strip().casefold() for name in str(value).split(",")} - {""}


def truth(value: Any, default: bool = False) -> bool:
    """A switch as Stash may send it: a boolean, text, or nothing."""
    if isinstance(value, str):  # task arguments from stash-sense.yml arrive as text
        return value.strip().lower() in {"true", "1", "yes", "on"} if value.strip() else default
    return default if value is None else bool(value)


def _number(setting: Setting, value: Any) -> int:
    try:
        number = int(float(value))
    except (TypeError, ValueError, OverflowError):
        return int(setting.default)
    if number == 0 and setting.zero_means_unset:
        return int(setting.default)
    low, high = setting.bounds or (0, 2**31)
    return min(max(number, low), high)
