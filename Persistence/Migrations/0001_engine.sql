-- What the grain engine itself keeps: the states of grains and their reminders.

-- Versions come from one sequence for all rows: a row that is deleted and made again never gets an old version back, so a writer
-- that still holds one is found out.
CREATE SEQUENCE row_version AS bigint;

CREATE TABLE grain_state (
    grain_type text        NOT NULL,
    grain_key  text        NOT NULL,
    state_name text        NOT NULL,
    state      jsonb       NOT NULL,
    version    bigint      NOT NULL DEFAULT nextval('row_version'),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (grain_type, grain_key, state_name)
);
COMMENT ON TABLE grain_state IS 'One row for each named state of a grain; its read models are written in the same transaction.';
COMMENT ON COLUMN grain_state.version IS 'The etag: grows with each write, by more than one.';

CREATE TABLE reminders (
    grain_type text        NOT NULL,
    grain_key  text        NOT NULL,
    name       text        NOT NULL,
    start_at   timestamptz NOT NULL,
    period     interval    NOT NULL,
    etag       bigint      NOT NULL DEFAULT nextval('row_version'),
    grain_hash bigint      NOT NULL,
    PRIMARY KEY (grain_type, grain_key, name)
);
COMMENT ON TABLE reminders IS 'Reminders of grains; each silo reads those whose grain_hash lies in its range of the ring.';
COMMENT ON COLUMN reminders.start_at IS 'When the first tick is due.';
COMMENT ON COLUMN reminders.grain_hash IS 'The uniform hash of the grain id, 0 to 4294967295.';

CREATE INDEX reminders_by_hash ON reminders (grain_hash);
