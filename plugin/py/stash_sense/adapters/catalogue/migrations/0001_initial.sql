-- What stash-boxes have told us and the faces made of their pictures. All of it can be read again; the user's own data is in sense.db.
-- Instants are UTC in ISO 8601; `updated` is the server's own text. Vectors are little-endian float16.

CREATE TABLE source (
    endpoint TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stash-box', 'theporndb')),
    trust TEXT NOT NULL CHECK (trust IN ('high', 'medium', 'low')),
    statement TEXT, -- JSON of the last finished sweep's Statement
    swept_at TEXT, -- when that was
    begun_at TEXT, -- of the build under way or cut short; NULL once it has been through
    built_at TEXT, -- when its pictures were last read to the end of the scope
    scope TEXT, -- linked, costars or all: of that build
    message TEXT, -- the last problem, one sentence; NULL when all is well
    counts TEXT -- JSON: what the settings page shows, as counted last; counting takes seconds, a page must not wait for it
);

-- One enumeration of a box. At most one running per endpoint; it goes on where it was.
CREATE TABLE sweep (
    id INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL REFERENCES source (endpoint) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished')),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    position TEXT NOT NULL, -- JSON: where the enumeration stands, enough to ask the next request
    statement TEXT -- JSON, once finished
);

-- Everybody the sweep has seen. first_seen, last_seen: numbers of the sweep's requests; state: what the last look at the person told.
CREATE TABLE sweep_person (
    sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
    box_id TEXT NOT NULL,
    name TEXT NOT NULL,
    updated TEXT,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'merged', 'deleted')),
    heir TEXT, -- merged: into whom, at the end of the chain; NULL if that one is deleted too
    PRIMARY KEY (sweep_id, box_id)
) WITHOUT ROWID;

CREATE TABLE box_person (
    endpoint TEXT NOT NULL REFERENCES source (endpoint) ON DELETE CASCADE,
    box_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('listed', 'live', 'merged', 'deleted')), -- listed: seen in a sweep, details not read yet
    heir TEXT, -- merged: into whom, at the end of the chain; NULL if that one is deleted too
    name TEXT NOT NULL,
    disambiguation TEXT,
    aliases TEXT NOT NULL DEFAULT '[]', -- JSON
    gender TEXT,
    birth_date TEXT,
    death_date TEXT,
    country TEXT,
    urls TEXT NOT NULL DEFAULT '[]', -- JSON
    merged_ids TEXT NOT NULL DEFAULT '[]', -- JSON
    scene_count INTEGER,
    updated TEXT, -- as the last sweep or look-up said
    read_updated TEXT, -- `updated` when the details were read; another value means: read again
    read_at TEXT,
    wanted INTEGER, -- 0 linked in the library, 1 co-star, 2 everybody; NULL: not wanted
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at TEXT, -- not before, after failures
    message TEXT,
    PRIMARY KEY (endpoint, box_id)
) WITHOUT ROWID;
CREATE INDEX box_person_wanted ON box_person (endpoint, wanted, state);

-- A picture of a person, also when nothing came of it, so that it is downloaded once.
CREATE TABLE box_image (
    endpoint TEXT NOT NULL,
    box_id TEXT NOT NULL,
    image_id TEXT NOT NULL,
    url TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    place INTEGER NOT NULL, -- among the person's pictures in the server's order, when last listed
    state TEXT NOT NULL CHECK (state IN ('listed', 'read', 'gone')), -- gone: the person has it no more
    outcome TEXT, -- of the reading: ImageOutcome, or 'same_bytes' as another picture of this person
    content_hash TEXT,
    size_bytes INTEGER,
    message TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at TEXT,
    pack TEXT,
    revision TEXT,
    read_at TEXT,
    PRIMARY KEY (endpoint, box_id, image_id),
    FOREIGN KEY (endpoint, box_id) REFERENCES box_person (endpoint, box_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX box_image_state ON box_image (endpoint, state, outcome);
CREATE INDEX box_image_id ON box_image (endpoint, image_id); -- the same picture may belong to several people

CREATE TABLE box_face (
    id INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL,
    box_id TEXT NOT NULL,
    image_id TEXT NOT NULL,
    face INTEGER NOT NULL, -- place among the faces of the picture
    content_hash TEXT NOT NULL,
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('used', 'set_aside', 'spare')),
    reason TEXT, -- of set_aside: disagrees, group_photo, unconfirmed; of spare: same_photo, source_cap, total_cap
    quality REAL NOT NULL,
    vector BLOB NOT NULL,
    crop BLOB, -- only of the person's best face, and of those that were it before
    UNIQUE (endpoint, box_id, image_id, face, pack, revision),
    FOREIGN KEY (endpoint, box_id) REFERENCES box_person (endpoint, box_id) ON DELETE CASCADE
);
CREATE INDEX box_face_count ON box_face (endpoint, pack, revision, state, reason, box_id);

-- One row. A package is written when `changes` has moved since the last one.
CREATE TABLE gallery_state (
    changes INTEGER NOT NULL, -- counts up with everything that the next package will show
    published INTEGER NOT NULL, -- `changes` at the last package
    build_id TEXT, -- of the last package
    decided_by TEXT -- hash of rules, caps and identities by which all faces were last decided
);
INSERT INTO gallery_state (changes, published) VALUES (0, 0);
