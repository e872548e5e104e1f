-- Unknown people: unnamed tracks of many scenes and images in groups, each one person; and decisions made together.

-- One unknown person. A row is never deleted, so that its id never means somebody else.
CREATE TABLE unknown_group (
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL, -- of the vectors
    revision TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'ignored', 'gone')), -- ignored: by the user; gone: joined with another one, or nobody is left
    gone_into INTEGER REFERENCES unknown_group (id),
    centre BLOB, -- mean of the templates, little-endian float16, not normalised; NULL: not worked out yet
    size INTEGER NOT NULL DEFAULT 1, -- tracks behind the centre
    centred INTEGER NOT NULL DEFAULT 0, -- 0: members have come or gone since
    scenes INTEGER NOT NULL DEFAULT 0, -- these four: of the members without a name
    images INTEGER NOT NULL DEFAULT 0,
    tracks INTEGER NOT NULL DEFAULT 0,
    faces INTEGER NOT NULL DEFAULT 0,
    counted INTEGER NOT NULL DEFAULT 1 -- 0: they have to be counted again
);
CREATE INDEX unknown_group_rank ON unknown_group (state, scenes DESC, images DESC);
CREATE INDEX unknown_group_uncounted ON unknown_group (id) WHERE counted = 0;
CREATE INDEX unknown_group_off_centre ON unknown_group (id) WHERE centred = 0;

-- A track in its group. quality and faces are the track's, which would have to be read from behind its crop.
CREATE TABLE unknown_member (
    track_id INTEGER PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
    group_id INTEGER NOT NULL REFERENCES unknown_group (id),
    media_id INTEGER NOT NULL,
    quality REAL NOT NULL,
    faces INTEGER NOT NULL,
    open INTEGER NOT NULL -- 0: it has got a name or a suggestion, which may be taken back
);
CREATE INDEX unknown_member_group ON unknown_member (group_id, open, quality DESC);
CREATE INDEX unknown_member_media ON unknown_member (media_id);
CREATE INDEX track_verdict ON track (verdict);

-- Somebody has said that this face is not the person of that group. Found again after a new analysis by the template.
CREATE TABLE unknown_apart (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES unknown_group (id),
    kind TEXT NOT NULL CHECK (kind IN ('scene', 'image')),
    stash_id INTEGER NOT NULL,
    template BLOB NOT NULL,
    now_in INTEGER NOT NULL REFERENCES unknown_group (id) -- the group that the face is in instead
);
CREATE INDEX unknown_apart_media ON unknown_apart (kind, stash_id);
CREATE INDEX unknown_apart_now_in ON unknown_apart (now_in);

CREATE TRIGGER unknown_member_comes AFTER INSERT ON unknown_member BEGIN
    UPDATE unknown_group SET counted = 0, centred = 0 WHERE id = NEW.group_id;
END;
CREATE TRIGGER unknown_member_goes AFTER DELETE ON unknown_member BEGIN
    UPDATE unknown_group SET counted = 0, centred = 0 WHERE id = OLD.group_id;
END;
CREATE TRIGGER unknown_member_moves AFTER UPDATE OF group_id ON unknown_member BEGIN
    UPDATE unknown_group SET counted = 0, centred = 0 WHERE id IN (OLD.group_id, NEW.group_id);
END;
CREATE TRIGGER unknown_member_changes AFTER UPDATE OF open, faces ON unknown_member BEGIN
    UPDATE unknown_group SET counted = 0 WHERE id = NEW.group_id;
END;
CREATE TRIGGER unknown_track_decided AFTER UPDATE OF verdict ON track BEGIN
    UPDATE unknown_member SET open = NEW.verdict IN ('unknown', 'rejected')
    WHERE track_id = NEW.id AND open <> (NEW.verdict IN ('unknown', 'rejected'));
END;
CREATE TRIGGER unknown_track_changes AFTER UPDATE OF template ON track BEGIN
    UPDATE unknown_member SET quality = NEW.quality, faces = NEW.faces WHERE track_id = NEW.id;
    UPDATE unknown_group SET centred = 0 WHERE id = (SELECT group_id FROM unknown_member WHERE track_id = NEW.id);
END;

-- Decisions made together: what is to be done is stored before anything is, so that a kill leaves no doubt.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    what TEXT NOT NULL, -- in words
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'undoing', 'undone')),
    name TEXT, -- of a performer to be created by the first item
    person_id TEXT, -- who it is for items that name nobody themselves; once known it stands in for `name`
    group_id INTEGER REFERENCES unknown_group (id),
    faces INTEGER NOT NULL -- of each track that become references
);
CREATE TABLE batch_item (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    kind TEXT NOT NULL CHECK (kind IN ('scene', 'image')),
    stash_id INTEGER NOT NULL,
    track_id INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('accept', 'reject', 'assign', 'skip')),
    person_id TEXT, -- NULL: the batch's
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed', 'undone')),
    message TEXT -- why it failed, or what an undo had to leave
);
CREATE INDEX batch_item_batch ON batch_item (batch_id, state);

-- The item of a batch that the decision was made for. NULL: made by itself.
ALTER TABLE decision ADD COLUMN batch_item INTEGER REFERENCES batch_item (id);
CREATE INDEX decision_batch_item ON decision (batch_item) WHERE batch_item IS NOT NULL;
