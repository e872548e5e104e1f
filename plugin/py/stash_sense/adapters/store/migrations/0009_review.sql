-- The review page: who is suggested anywhere, kept up to date by triggers, so that a page costs no look at all tracks.

-- Whom each suggested track names first, as the operation `scene` shows it.
CREATE VIEW first_candidate AS
SELECT track.id AS track_id, track.media_id, media.kind, candidate.person_id, candidate.probability
FROM track JOIN media ON media.id = track.media_id JOIN candidate ON candidate.track_id = track.id
WHERE track.verdict = 'suggested'
AND candidate.rank = (SELECT MIN(other.rank) FROM candidate AS other WHERE other.track_id = track.id);

-- The rows of that view. media_id ascends with the time of the analysis.
CREATE TABLE waiting_track (
    track_id INTEGER PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
    media_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT NOT NULL,
    probability REAL NOT NULL
);
CREATE INDEX waiting_track_media ON waiting_track (media_id, probability, kind);
CREATE INDEX waiting_track_person ON waiting_track (person_id, probability, media_id);
CREATE INDEX waiting_track_probability ON waiting_track (probability, media_id, kind);

-- The same by scene and image.
CREATE TABLE waiting_media (
    media_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    best REAL NOT NULL, -- the highest probability
    people INTEGER NOT NULL
);
CREATE INDEX waiting_media_best ON waiting_media (best, media_id, kind);
CREATE INDEX waiting_media_people ON waiting_media (people, media_id, best, kind);

-- The same by person.
CREATE TABLE waiting_person (
    person_id TEXT PRIMARY KEY,
    tracks INTEGER NOT NULL
);
CREATE INDEX waiting_person_tracks ON waiting_person (tracks);

CREATE TRIGGER waiting_track_comes AFTER INSERT ON waiting_track BEGIN
    INSERT INTO waiting_media (media_id, kind, best, people) VALUES (NEW.media_id, NEW.kind, NEW.probability, 1)
    ON CONFLICT (media_id) DO UPDATE SET best = MAX(best, excluded.best), people = people + 1;
    INSERT INTO waiting_person (person_id, tracks) VALUES (NEW.person_id, 1)
    ON CONFLICT (person_id) DO UPDATE SET tracks = tracks + 1;
END;
CREATE TRIGGER waiting_track_goes AFTER DELETE ON waiting_track BEGIN
    DELETE FROM waiting_media WHERE media_id = OLD.media_id AND people = 1;
    UPDATE waiting_media SET people = people - 1,
        best = (SELECT MAX(probability) FROM waiting_track WHERE media_id = OLD.media_id) WHERE media_id = OLD.media_id;
    DELETE FROM waiting_person WHERE person_id = OLD.person_id AND tracks = 1;
    UPDATE waiting_person SET tracks = tracks - 1 WHERE person_id = OLD.person_id;
END;

INSERT INTO waiting_track (track_id, media_id, kind, person_id, probability)
SELECT track_id, media_id, kind, person_id, probability FROM first_candidate;

-- Candidates come after their track and in the order of their rank, so that only the first one changes anything.
CREATE TRIGGER waiting_track_decided AFTER UPDATE OF verdict ON track
WHEN OLD.verdict <> NEW.verdict AND 'suggested' IN (OLD.verdict, NEW.verdict) BEGIN
    DELETE FROM waiting_track WHERE track_id = NEW.id;
    INSERT INTO waiting_track (track_id, media_id, kind, person_id, probability)
    SELECT track_id, media_id, kind, person_id, probability FROM first_candidate WHERE track_id = NEW.id;
END;
CREATE TRIGGER waiting_candidate_comes AFTER INSERT ON candidate
WHEN NOT EXISTS (SELECT 1 FROM candidate WHERE track_id = NEW.track_id AND rank < NEW.rank) BEGIN
    DELETE FROM waiting_track WHERE track_id = NEW.track_id;
    INSERT INTO waiting_track (track_id, media_id, kind, person_id, probability)
    SELECT track_id, media_id, kind, person_id, probability FROM first_candidate WHERE track_id = NEW.track_id;
END;
CREATE TRIGGER waiting_candidate_goes AFTER DELETE ON candidate
WHEN NOT EXISTS (SELECT 1 FROM candidate WHERE track_id = OLD.track_id AND rank < OLD.rank) BEGIN
    DELETE FROM waiting_track WHERE track_id = OLD.track_id;
    INSERT INTO waiting_track (track_id, media_id, kind, person_id, probability)
    SELECT track_id, media_id, kind, person_id, probability FROM first_candidate WHERE track_id = OLD.track_id;
END;
CREATE TRIGGER waiting_candidate_changes AFTER UPDATE ON candidate BEGIN
    DELETE FROM waiting_track WHERE track_id = NEW.track_id;
    INSERT INTO waiting_track (track_id, media_id, kind, person_id, probability)
    SELECT track_id, media_id, kind, person_id, probability FROM first_candidate WHERE track_id = NEW.track_id;
END;

-- Of a batch about several people each item may give another number of faces. NULL: as many as the batch says.
ALTER TABLE batch_item ADD COLUMN faces INTEGER;
