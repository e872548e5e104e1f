-- Which model pack the gallery is of. While it is made anew with another pack, references of both lie side by side; these columns say which count.

-- choice: what the setting model_pack said (a name, or the folder of a pack of the user's own), so that the pack can be opened again.
-- NULL: there is no gallery yet, so any pack will do.
ALTER TABLE gallery_state ADD COLUMN choice TEXT;
ALTER TABLE gallery_state ADD COLUMN pack TEXT;
ALTER TABLE gallery_state ADD COLUMN revision TEXT;
UPDATE gallery_state SET
    choice = (SELECT pack FROM reference WHERE state = 'used' ORDER BY id DESC LIMIT 1),
    pack = (SELECT pack FROM reference WHERE state = 'used' ORDER BY id DESC LIMIT 1),
    revision = (SELECT revision FROM reference WHERE state = 'used' ORDER BY id DESC LIMIT 1);

-- The references of that pack.
CREATE VIEW current_reference AS
SELECT reference.id, person_id, origin, origin_id, content_hash, state, quality, crop FROM reference JOIN gallery_state
WHERE gallery_state.pack IS NULL OR (reference.pack = gallery_state.pack AND reference.revision = gallery_state.revision);

-- The pack whose vector `template` is. NULL: of an analysis that is gone.
ALTER TABLE decision ADD COLUMN pack TEXT;
ALTER TABLE decision ADD COLUMN revision TEXT;
UPDATE decision SET
    pack = (SELECT media.pack FROM media WHERE media.kind = decision.kind AND media.stash_id = decision.stash_id),
    revision = (SELECT media.revision FROM media WHERE media.kind = decision.kind AND media.stash_id = decision.stash_id);
