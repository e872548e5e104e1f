-- Calibrations on the user's library. In force is the newest that is not too_few, if it was made for the model in use; older ones go.
CREATE TABLE calibration (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    fingerprint TEXT NOT NULL, -- sha256 of the block "calibration" of pack.json
    outcome TEXT NOT NULL CHECK (outcome IN ('adjusted', 'pack', 'too_few', 'reset')),
    slope REAL NOT NULL,
    offset REAL NOT NULL,
    figures TEXT NOT NULL -- JSON, for the settings page
);
