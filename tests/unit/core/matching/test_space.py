from __future__ import annotations

import pytest

from stash_sense.core.matching.space import require_same
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import SpaceMismatchError

HERE = EmbeddingSpace("compact", "1", 512)


def test_the_same_space_passes() -> None:
    require_same(EmbeddingSpace("compact", "1", 512), HERE)


@pytest.mark.parametrize(
    "stored",
    [EmbeddingSpace("opencv", "1", 512), EmbeddingSpace("compact", "0", 512), EmbeddingSpace("compact", "1", 128)],
)
def test_another_space_names_both_and_the_remedy(stored: EmbeddingSpace) -> None:
    with pytest.raises(SpaceMismatchError, match="“Update gallery”") as caught:
        require_same(stored, HERE)
    assert f"“{stored.pack}” revision {stored.revision} ({stored.dims} numbers" in str(caught.value)
    assert "“compact” revision 1 (512 numbers" in str(caught.value)
