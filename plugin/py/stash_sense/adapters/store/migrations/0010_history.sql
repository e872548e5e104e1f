-- The history in pages, newest first, without a look at the decisions themselves, which carry vectors and JSON.
-- state and batch_item are in the index only so that SQLite need not read the row to know what the condition says already.
CREATE INDEX decision_by_itself ON decision (at, id, action, state, batch_item) WHERE state = 'done' AND batch_item IS NULL;
CREATE INDEX batch_at ON batch (at);
-- What an undo took back. The foreign key asks for it too whenever a pending decision is dropped.
CREATE INDEX decision_undone_by ON decision (undone_by, batch_item) WHERE undone_by IS NOT NULL;
