"""The embedding space: vectors of two model packs or revisions are never compared."""

from __future__ import annotations

from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import SpaceMismatchError


def require_same(stored: EmbeddingSpace, current: EmbeddingSpace) -> None:
    """Raises SpaceMismatchError unless both are the same pack, revision and length; runs before every open of stored vectors."""
    if stored != current:
        raise SpaceMismatchError(
            f"The stored faces were made with model pack {_words(stored)}, but {_words(current)} is in use now: "
            "run the task “Update gallery” to read the reference photos again."
        )


def _words(space: EmbeddingSpace) -> str:
    return f"“{space.pack}” revision {space.revision} ({space.dims} numbers a face)"
