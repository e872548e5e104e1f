"""A library small enough to be analysed in a second: short clips in which the same people appear as in the demo."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.world import PLUGIN_ID, World
from tests.standin.library import BIDEN, COLLINS, NO_PHOTO, OBAMA, REFERENCES
from tests.standin.scenery import Actor, Script, film, photo_bytes
from tests.standin.stash import StandIn

FRAMES = 10  # the fewest that the settings allow

SPEECH, PLATFORM, CORRIDOR = "Speech", "Platform", "Corridor"
SCRIPTS = {
    SPEECH: Script((480, 270), 3, [Actor("obama-2009", (0.4, 0.5, 100), (0.6, 0.5, 110))], seed=11),
    PLATFORM: Script(
        (480, 270),
        3,
        [
            Actor("collins-1992", (0.27, 0.45, 84), (0.25, 0.42, 90), mirrored=True, tone=1.05),
            Actor("hopper-1984", (0.75, 0.45, 88), (0.73, 0.45, 94)),
        ],
        seed=12,
    ),
    CORRIDOR: Script((320, 180), 2, [], seed=13),
}
PEOPLE = {SPEECH: {OBAMA}, PLATFORM: {COLLINS}, CORRIDOR: set()}
MAYBE = "Sense: maybe {}"
TAGS = {
    SPEECH: [MAYBE.format(OBAMA), "Sense: to review"],
    PLATFORM: [MAYBE.format(COLLINS), "Sense: to review", "Sense: unknown person"],
    CORRIDOR: ["Sense: done", "Sense: no faces"],
}
USERS_TAG = "Holiday"


def make_clips(folder: Path) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return {title: film(script, folder / f"{title}.mp4") for title, script in SCRIPTS.items()}


def fill(stash: StandIn, clips: dict[str, Path]) -> World:
    """Three people with a photo, one without, three scenes; Mary Roe and a tag of the user's are on one of them already."""
    ids = {name: stash.add_performer(name, image=photo_bytes(REFERENCES[name])).id for name in (OBAMA, BIDEN, COLLINS)}
    ids[NO_PHOTO] = stash.add_performer(NO_PHOTO).id
    tag = stash.add_tag(USERS_TAG)
    for title, path in clips.items():
        on_platform = title == PLATFORM
        scene = stash.add_scene(
            path,
            title=title,
            cover=True,
            date="2001-02-03",
            performers=[ids[NO_PHOTO]] if on_platform else [],
            tags=[tag] if on_platform else [],
        )
        ids[title] = scene.id
    stash.settings[PLUGIN_ID] = {"frames_per_scene": FRAMES}
    return World(stash, ids)
