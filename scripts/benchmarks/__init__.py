"""Parts of scripts/bench."""

import sys
from pathlib import Path

_SCRIPTS = str(Path(__file__).resolve().parents[1])
if _SCRIPTS not in sys.path:  # scripts/calibration imports itself as "calibration"
    sys.path.insert(0, _SCRIPTS)
