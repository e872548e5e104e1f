-- Galleries from elsewhere: which package versions are in use, people who come from them, and what they tell about the library.

-- The packages in use. The folder is <data>/galleries/<name>/<build_id>/; the switch to another build is one transaction.
CREATE TABLE gallery (
    name TEXT PRIMARY KEY,
    build_id TEXT NOT NULL,
    previous TEXT, -- the build to go back to, still on disk; NULL: there is none
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    people INTEGER NOT NULL,
    faces INTEGER NOT NULL,
    activated_at TEXT NOT NULL
);

-- The picture of a person who came out of a package and has no reference of their own yet.
ALTER TABLE person ADD COLUMN crop BLOB;
-- How many faces of the person the packages in use hold.
ALTER TABLE person ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0;

-- A further origin: 'site', a page of the person's own on a reference site.
CREATE TABLE reference_new (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    origin TEXT NOT NULL CHECK (origin IN ('performer', 'image', 'scene', 'stash-box', 'confirmed', 'site')),
    origin_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('used', 'set_aside', 'spare')), -- spare: beyond the cap, kept in case another goes
    quality REAL NOT NULL,
    vector BLOB NOT NULL,
    crop BLOB NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (person_id, origin, origin_id, content_hash, pack, revision)
);
INSERT INTO reference_new (id, person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop, added_at)
SELECT id, person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop, added_at FROM reference;
DROP TABLE reference;
ALTER TABLE reference_new RENAME TO reference;
CREATE INDEX reference_person ON reference (person_id);
CREATE INDEX reference_origin ON reference (origin, origin_id);

-- Something the user may want to put right in the library, found by a rule.
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL, -- what it is about, as the rule names it: "performer:12"
    evidence TEXT NOT NULL, -- JSON
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'dismissed')), -- closed: the cause is gone
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (rule, subject)
);
CREATE INDEX finding_state ON finding (state, rule);

-- What the last check of a reference site has shown; a site without a good one is not used.
CREATE TABLE site_report (
    host TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    people INTEGER NOT NULL, -- whose pages held a usable face
    pages INTEGER NOT NULL,
    failed INTEGER NOT NULL, -- pages that could not be read
    pictures INTEGER NOT NULL,
    faces INTEGER NOT NULL, -- usable ones, alone in their picture
    matching INTEGER NOT NULL, -- that agree with the person's own
    elsewhere INTEGER NOT NULL, -- that are nearer to somebody else
    outcomes TEXT NOT NULL, -- JSON: pictures without a usable face, by reason
    message TEXT -- why it ended early
);
