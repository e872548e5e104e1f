"""Parts of scripts/bench detector: people, turned heads, drawn frames, pictures without faces, posters, second looks, tile plans."""

import sys
from pathlib import Path

_SCRIPTS = str(Path(__file__).resolve().parents[2])
if _SCRIPTS not in sys.path:  # scripts/calibration imports itself as "calibration"
    sys.path.insert(0, _SCRIPTS)
