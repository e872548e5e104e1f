-- Everything Stash Sense knows. Vectors are little-endian float16, times are seconds, instants are UTC in ISO 8601 ("2026-01-31T12:00:00Z").

-- The plugin settings as last seen, as JSON values: hooks and tools read them without HTTP.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Scenes waiting for the process-queue job.
CREATE TABLE queue (
    scene_id INTEGER PRIMARY KEY,
    reason TEXT NOT NULL,
    queued_at TEXT NOT NULL
);

-- The one job that will take them. At most one row; a stale row heals itself (asked_at older than ten minutes).
CREATE TABLE queue_job (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    job_id TEXT,
    asked_at TEXT NOT NULL
);

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed')),
    started_at TEXT NOT NULL,
    heartbeat_at TEXT NOT NULL,
    finished_at TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    message TEXT
);

-- The last analysis of a scene or an image.
CREATE TABLE media (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('scene', 'image')),
    stash_id INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    duration_s REAL,
    state TEXT NOT NULL CHECK (state IN ('analysed', 'no_faces', 'failed')),
    frames INTEGER NOT NULL DEFAULT 0,
    faces INTEGER NOT NULL DEFAULT 0,
    unusable INTEGER NOT NULL DEFAULT 0,
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    analysis TEXT NOT NULL, -- the settings that shape the analysis, in one line; another line means: analyse again
    gallery_build INTEGER NOT NULL DEFAULT 0,
    analysed_at TEXT NOT NULL,
    message TEXT,
    told INTEGER NOT NULL DEFAULT 0, -- 1: the tags in Stash say what is stored here; 0: a kill came between
    UNIQUE (kind, stash_id)
);

-- One person as seen in one scene or image.
CREATE TABLE track (
    id INTEGER PRIMARY KEY,
    media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    template BLOB NOT NULL,
    faces INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    quality REAL NOT NULL,
    best_time_s REAL,
    crop BLOB NOT NULL,
    segments TEXT NOT NULL, -- JSON [[start_s, end_s], …]
    screen_time_s REAL NOT NULL DEFAULT 0,
    evidence TEXT NOT NULL, -- JSON {"size_px": median, "confidence": of the detector, "weakest": what most faces lack, "frame_numbers": […], "kind": …}: enough to match again
    verdict TEXT NOT NULL CHECK (verdict IN ('suggested', 'accepted', 'rejected', 'unknown', 'insufficient')),
    person_id TEXT, -- who it is, once accepted
    why TEXT NOT NULL
);
CREATE INDEX track_media ON track (media_id);
CREATE INDEX track_person ON track (person_id);

-- A face kept as evidence: the best few of a track.
CREATE TABLE face (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    time_s REAL,
    kind TEXT NOT NULL CHECK (kind IN ('frame', 'cover', 'picture')),
    box TEXT NOT NULL, -- JSON [left, top, right, bottom], pixels
    landmarks TEXT NOT NULL, -- JSON [[x, y], …], pixels
    confidence REAL NOT NULL,
    quality REAL NOT NULL,
    parts TEXT NOT NULL, -- JSON: the parts of the quality by name
    vector BLOB NOT NULL,
    crop BLOB NOT NULL
);
CREATE INDEX face_track ON face (track_id);

-- An identity the gallery can return: performer:<id> or box:<host>:<uuid>.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    disambiguation TEXT,
    performer_id INTEGER,
    links TEXT NOT NULL DEFAULT '[]', -- JSON [{"endpoint": …, "stash_id": …}, …]
    updated_at TEXT NOT NULL
);
CREATE INDEX person_performer ON person (performer_id);

-- One enrolled face.
CREATE TABLE reference (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    origin TEXT NOT NULL CHECK (origin IN ('performer', 'image', 'scene', 'stash-box', 'confirmed')),
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
CREATE INDEX reference_person ON reference (person_id);
CREATE INDEX reference_origin ON reference (origin, origin_id);

-- What has been read for the gallery, also where nothing came of it, so that an unchanged picture is not read again.
CREATE TABLE enrolment (
    origin TEXT NOT NULL,
    origin_id TEXT NOT NULL,
    version TEXT NOT NULL, -- what was seen from outside: updated_at or checksum, and whose picture it is
    content_hash TEXT NOT NULL,
    pack TEXT NOT NULL,
    revision TEXT NOT NULL,
    outcome TEXT NOT NULL, -- enrolled, no_face, several_faces, low_quality, unreadable, no_image
    message TEXT,
    read_at TEXT NOT NULL,
    PRIMARY KEY (origin, origin_id)
);

-- Counts up with every change of the references in use.
CREATE TABLE gallery_state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    build INTEGER NOT NULL
);
INSERT INTO gallery_state (only_row, build) VALUES (1, 0);

-- A person held against a track, with the evidence.
CREATE TABLE candidate (
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    score REAL NOT NULL,
    z REAL NOT NULL,
    margin REAL NOT NULL,
    probability REAL NOT NULL,
    reference_count INTEGER NOT NULL,
    PRIMARY KEY (track_id, rank)
);
CREATE INDEX candidate_person ON candidate (person_id);

-- Append-only. track_id and template survive a new analysis as evidence; an undone decision keeps its row.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('user', 'auto')),
    action TEXT NOT NULL CHECK (action IN ('accept', 'reject', 'assign', 'skip', 'undo')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'done')), -- pending: Stash has perhaps not been told yet
    kind TEXT NOT NULL CHECK (kind IN ('scene', 'image')),
    stash_id INTEGER NOT NULL,
    track_id INTEGER,
    person_id TEXT,
    template BLOB,
    before TEXT NOT NULL, -- JSON: every Stash object touched, as it was
    after TEXT NOT NULL, -- JSON: the same objects as we left them
    undone_by INTEGER REFERENCES decision (id)
);
CREATE INDEX decision_media ON decision (kind, stash_id);

-- Our own tags in Stash, by role: parent, to_review, done, unknown_person, no_faces, failed, maybe:<person id>.
CREATE TABLE tag (
    role TEXT PRIMARY KEY,
    tag_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    ours INTEGER NOT NULL -- 0: the user's own tag that has our name as an alias; never destroyed
);
