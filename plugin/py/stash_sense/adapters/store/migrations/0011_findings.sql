-- Findings in words and in order, what they are about, and the library as the rules saw it last.

ALTER TABLE finding ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN confidence REAL NOT NULL DEFAULT 1;
ALTER TABLE finding ADD COLUMN weight REAL NOT NULL DEFAULT 0; -- what comes first among equally sure ones
ALTER TABLE finding ADD COLUMN actions TEXT NOT NULL DEFAULT '[]'; -- JSON: what would put it right
ALTER TABLE finding ADD COLUMN reason TEXT; -- why it was dismissed, in the user's words
ALTER TABLE finding ADD COLUMN dismissed_at TEXT;
ALTER TABLE finding ADD COLUMN present INTEGER NOT NULL DEFAULT 1; -- 1: the last run saw its cause; a dismissed one is remembered without
ALTER TABLE finding ADD COLUMN turn INTEGER NOT NULL DEFAULT 0; -- of the rule, when it was last found

UPDATE finding SET title = 'A stash id is out of date', why = 'The person behind it was merged or deleted on the stash-box.',
    present = (state <> 'closed');

DROP INDEX finding_state;
CREATE INDEX finding_by_rule ON finding (state, rule, confidence DESC, weight DESC, id);
CREATE INDEX finding_by_confidence ON finding (state, confidence DESC, weight DESC, id);
CREATE INDEX finding_by_age ON finding (state, created_at, id);
CREATE INDEX finding_by_rule_and_age ON finding (state, rule, created_at, id);
CREATE INDEX finding_turn ON finding (rule, turn);

-- What a finding is about: goes with the object, and is how the findings of an object are found.
CREATE TABLE finding_subject (
    finding_id INTEGER NOT NULL REFERENCES finding (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('performer', 'scene', 'image', 'unknown')),
    object_id INTEGER NOT NULL,
    name TEXT NOT NULL, -- as it was when the rule looked
    PRIMARY KEY (finding_id, place)
) WITHOUT ROWID;
CREATE INDEX finding_subject_object ON finding_subject (kind, object_id);

-- The library as it was last read, so that a run asks Stash only for what has changed. Pictures only with two performers and more.
CREATE TABLE library_object (
    kind TEXT NOT NULL CHECK (kind IN ('performer', 'scene', 'image')),
    stash_id INTEGER NOT NULL,
    facts TEXT NOT NULL, -- JSON array, in the order of core/curation/snapshots.py
    PRIMARY KEY (kind, stash_id)
) WITHOUT ROWID;

-- How far the library has been read. mark moves only when everything changed before it has been read.
CREATE TABLE library_sweep (
    kind TEXT PRIMARY KEY CHECK (kind IN ('performer', 'scene', 'image')),
    mark TEXT, -- Stash's own updated_at up to which everything is known; NULL: nothing is
    under_way INTEGER NOT NULL DEFAULT 0, -- 1: a sweep was begun and has not ended; these three are its own
    since TEXT, -- NULL: it reads everything
    next_mark TEXT,
    last_id INTEGER NOT NULL DEFAULT 0
);

-- Scenes whose cast was held against the faces, and what that rested on: another stamp means, look again.
CREATE TABLE cast_check (
    scene_id INTEGER PRIMARY KEY,
    stamp TEXT NOT NULL
);
