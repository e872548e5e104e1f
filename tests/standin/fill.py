"""Puts objects into the stand-in's library directly, past GraphQL and without hooks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.standin.probe import read_file, read_zip
from tests.standin.rows import GalleryRow, ImageRow, PerformerRow, SceneRow, TagRow
from tests.standin.scan import cover_of
from tests.standin.store import Store

Ids = Iterable[PerformerRow | TagRow | GalleryRow | int]


def _keys(rows: Ids) -> list[int]:
    return [row if isinstance(row, int) else row.id for row in rows]


class Filling:
    """The part of the stand-in that adds rows. Lists of performers, tags and galleries take rows or ids."""

    store: Store

    @cached_property
    def library_paths(self) -> list[Path]:
        """Folders of the library, scanned where a scan names none."""
        return []

    def add_scene(
        self,
        path: Path | None,
        *,
        title: str = "",
        performers: Ids = (),
        tags: Ids = (),
        organized: bool = False,
        cover: bytes | bool | None = None,
        date: str | None = None,
        stash_ids: Iterable[dict[str, str]] = (),
    ) -> SceneRow:
        """A scene with one file (None: without; a path that does not exist: a file that has gone). cover=True: from the video."""
        files = [] if path is None else [read_file(self.store, path, "video")]
        picture = cover_of(path) if cover is True and path is not None else cover or None
        ids = [self.store.stash_id(one) for one in stash_ids]
        row: SceneRow = self.store.insert(
            "scene",
            SceneRow,
            title=title,
            files=files,
            performer_ids=_keys(performers),
            tag_ids=_keys(tags),
            organized=organized,
            cover=picture,
            date=date,
            stash_ids=ids,
        )
        return row

    def add_image(
        self,
        path: Path,
        *,
        title: str = "",
        performers: Ids = (),
        tags: Ids = (),
        galleries: Ids = (),
        organized: bool = False,
    ) -> ImageRow:
        """A picture; a video file becomes an image whose visual file is a VideoFile."""
        lists = {"performer_ids": _keys(performers), "tag_ids": _keys(tags), "gallery_ids": _keys(galleries)}
        row: ImageRow = self.store.insert(
            "image", ImageRow, title=title, files=[read_file(self.store, path)], organized=organized, **lists
        )
        return row

    def add_gallery(
        self, source: Path | None = None, *, title: str = "", performers: Ids = (), performers_of_images: Ids = ()
    ) -> GalleryRow:
        """A gallery: of a zip (its pictures become images), of a folder (likewise), or an empty one."""
        is_zip = source is not None and source.is_file()
        row: GalleryRow = self.store.insert(
            "gallery",
            GalleryRow,
            title=title,
            performer_ids=_keys(performers),
            files=[read_file(self.store, source, "zip")] if source is not None and is_zip else [],
            folder=str(source) if source is not None and not is_zip else None,
        )
        if source is None:
            return row
        files = (
            read_zip(self.store, source) if is_zip else [read_file(self.store, one) for one in sorted(source.iterdir())]
        )
        for file in files:
            keys = _keys(performers_of_images)
            self.store.insert("image", ImageRow, files=[file], gallery_ids=[row.id], performer_ids=keys)
        return row

    def add_performer(self, name: str, *, image: bytes | None = None, **values: Any) -> PerformerRow:
        """values: disambiguation, alias_list, stash_ids and so on, by Stash's names. Names have to be unique, as in Stash."""
        row = self.store.create_performer({"name": name, **values})
        row.image = image
        return row

    def add_tag(self, name: str, **values: Any) -> TagRow:
        return self.store.create_tag({"name": name, **values})

    def tag_names(self, row: SceneRow | ImageRow) -> list[str]:
        """Names of the tags an object carries, in alphabetical order."""
        return sorted(self.store.tags[key].name for key in row.tag_ids)

    def merge_performers(self, source: PerformerRow, destination: PerformerRow) -> None:
        """As Stash's performerMerge: the relations move, the source is gone, no hook fires."""
        self.store.merge_performers(source.id, destination.id)
