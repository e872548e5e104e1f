-- What the user says about a reference, why it is in its state, and what the last self-test has shown.

-- When the user put it into its state; curation leaves it there. NULL: curation decides.
ALTER TABLE reference ADD COLUMN pinned_at TEXT;
-- Why curation has set it aside, in words; NULL: nothing to say.
ALTER TABLE reference ADD COLUMN why TEXT;

-- The last self-test, at most one row; result is JSON (docs/operations.md, self_test).
CREATE TABLE self_test (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    at TEXT NOT NULL,
    result TEXT NOT NULL
);
