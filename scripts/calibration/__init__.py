"""Parts of scripts/calibrate: faces from LFW, synthetic tracks, fit and report."""
