"""Parts of scripts/bench accuracy: faces at large, rendered scenes, the rules of others, figures and plots."""

import sys
from pathlib import Path

_SCRIPTS = str(Path(__file__).resolve().parents[2])
if _SCRIPTS not in sys.path:  # scripts/calibration imports itself as "calibration"
    sys.path.insert(0, _SCRIPTS)
