-- Some faces of a track by themselves (Probe.exemplars): float16, one vector after the other; empty: of an analysis before this.
ALTER TABLE track ADD COLUMN exemplars BLOB NOT NULL DEFAULT x'';
