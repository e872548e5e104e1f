"""How a benchmark says what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def tell(result: Mapping[str, Any], json_out: str | Path | None, *, met: bool) -> int:
    """Prints the result as JSON, also to `json_out`; returns the exit status: 1 if a budget is missed."""
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    if json_out:
        Path(json_out).write_text(text + "\n", "utf-8")
    return 0 if met else 1
