-- A match asks for the decisions on a track, an undo for those about a person: both without looking at all there are.
CREATE INDEX decision_track ON decision (track_id);
CREATE INDEX decision_person ON decision (person_id);
