-- Some faces of a track by themselves (Probe.witnesses): float16, one vector after the other; empty: of an analysis before this.
ALTER TABLE track ADD COLUMN witnesses BLOB NOT NULL DEFAULT x'';
