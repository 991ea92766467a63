-- How long recordings stay: what was removed by which rule, and who holds what against it.

ALTER TABLE session
    -- Decided and written down: from here on the recording counts as gone.
    ADD COLUMN recording_purged_at timestamptz,
    ADD COLUMN recording_purge_rule text,
    -- The files are gone too. Empty after a crash in between; the next sweep goes on from there.
    ADD COLUMN recording_removed_at timestamptz,
    ADD CONSTRAINT session_purge_has_rule CHECK ((recording_purged_at IS NULL) = (recording_purge_rule IS NULL)),
    ADD CONSTRAINT session_removed_after_purge CHECK (recording_removed_at IS NULL OR recording_purged_at IS NOT NULL),
    -- Nothing is removed of a session that is not over.
    ADD CONSTRAINT session_purged_after_end CHECK (recording_purged_at IS NULL OR ended_at IS NOT NULL);

CREATE INDEX session_recording_kept ON session (ended_at, id) WHERE recording_purged_at IS NULL;
CREATE INDEX session_recording_unremoved ON session (recording_purged_at)
    WHERE recording_purged_at IS NOT NULL AND recording_removed_at IS NULL;

-- Never deleted: a released hold says who let go, when and why.
CREATE TABLE recording_hold (
    session_id       uuid        NOT NULL REFERENCES session,
    number           integer     NOT NULL CHECK (number > 0),
    reason           text        NOT NULL,
    held_by          uuid        NOT NULL REFERENCES person,
    held_by_name     text        NOT NULL,
    held_at          timestamptz NOT NULL,
    released_by      uuid REFERENCES person,
    released_by_name text,
    released_at      timestamptz,
    release_reason   text,
    PRIMARY KEY (session_id, number),
    CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CHECK ((released_at IS NULL) = (released_by_name IS NULL)),
    CHECK ((released_at IS NULL) = (release_reason IS NULL))
);
CREATE INDEX recording_hold_in_force ON recording_hold (session_id) WHERE released_at IS NULL;

-- One row for all bastions: when a sweep last began, or when a person last said that the clock is right.
CREATE TABLE retention (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    swept_at timestamptz
);
INSERT INTO retention DEFAULT VALUES;
