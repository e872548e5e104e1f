"""The port `Box` directly over a BoxWorld: no HTTP, so that thousands of worlds can be enumerated in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.stashbox.world import BoxWorld, Filters, TooLarge, WorldPerson, rfc3339

from stash_sense.core.catalogue.values import Ask, BoxImage, BoxPerson, Listed, Page
from stash_sense.errors import RefusedError


@dataclass(slots=True)
class WorldBox:
    """lacks: features the server does not have. lookup_batch: ids answered in one request."""

    world: BoxWorld
    endpoint: str = "https://box.test/graphql"
    host: str = "box.test"
    lacks: frozenset[str] = frozenset()
    lookup_batch: int = 100
    requests: int = 0

    def supports(self, feature: str) -> bool:
        return feature not in self.lacks

    def page(self, ask: Ask) -> Page:
        self._send()
        filters = Filters(name=ask.part.name, gender=ask.part.gender, birth_year=ask.part.birth_year)
        try:
            count, rows = self.world.query_performers(ask.page, ask.per_page, ask.sort, ask.direction, filters)
        except TooLarge as err:
            raise RefusedError("The server refuses pages of this size.") from err
        return Page(count, tuple(Listed(row.id, row.name, self._updated(row)) for row in rows))

    def people(self, box_ids: Sequence[str]) -> Mapping[str, BoxPerson | None]:
        found: dict[str, BoxPerson | None] = {}
        for start in range(0, len(box_ids), self.lookup_batch):
            self._send()
            for box_id in box_ids[start : start + self.lookup_batch]:
                row = self.world.find_performer(box_id)
                found[box_id] = row and self._person(row)
        return found

    def casts(self, scene_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        self._send()
        scenes = {scene_id: self.world.find_scene(scene_id) for scene_id in scene_ids}
        return {scene_id: scene.performers for scene_id, scene in scenes.items() if scene is not None}

    def _send(self) -> None:
        self.requests += 1
        self.world.tick()

    def _updated(self, row: WorldPerson) -> str | None:
        return rfc3339(row.updated) if self.supports("updated") else None

    def _person(self, row: WorldPerson) -> BoxPerson:
        images = [image for image_id in row.images if (image := self.world.image(image_id))]
        return BoxPerson(
            self.endpoint,
            row.id,
            "merged" if row.merged_into_id else "deleted" if row.deleted else "live",
            row.name,
            disambiguation=row.disambiguation,
            aliases=tuple(row.aliases),
            gender=row.gender,
            birth_date=row.birth_date,
            death_date=row.death_date,
            country=row.country,
            urls=tuple(url for url, _site in row.urls),
            images=tuple(
                BoxImage(image.id, f"https://box.test/images/{image.id}", image.width, image.height) for image in images
            ),
            merged_ids=tuple(self.world.merged_ids(row.id)),
            heir=row.merged_into_id,
            scene_count=self.world.scene_count(row.id),
            updated=self._updated(row),
        )
