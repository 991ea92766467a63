-- What happened. Names are kept as they were, beside the ids that stay.

CREATE TABLE session (
    id               uuid PRIMARY KEY,
    code             text        NOT NULL CHECK (length(code) = 8),
    name             text        NOT NULL,
    person_id        uuid        NOT NULL REFERENCES person,
    person_name      text        NOT NULL,
    key              text        NOT NULL,
    source           text        NOT NULL,
    target_id        uuid        NOT NULL REFERENCES target,
    target_name      text        NOT NULL,
    environment      text        NOT NULL CHECK (environment IN ('development', 'test', 'staging', 'production')),
    login            text        NOT NULL,
    mode             text        NOT NULL CHECK (mode IN ('shell', 'exec', 'subsystem')),
    terminal         boolean     NOT NULL,
    command          text        NOT NULL,
    reason           text,
    grant_id         uuid REFERENCES access_grant,
    approved_by      text,
    rule             text        NOT NULL,
    started_at       timestamptz NOT NULL,
    state            text        NOT NULL CHECK (state IN ('starting', 'running', 'detached', 'ended', 'failed')),
    ended_at         timestamptz,
    exit_status      integer,
    ending           text,
    ending_detail    text,
    recording_bytes  bigint,
    recording_sha256 text,
    CHECK ((state IN ('ended', 'failed')) = (ended_at IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (ending IS NULL))
);
CREATE INDEX session_newest ON session (started_at, id);
CREATE INDEX session_code ON session (code text_pattern_ops);
CREATE INDEX session_name ON session (person_id, name, started_at DESC);
CREATE INDEX session_unfinished ON session (started_at) WHERE ended_at IS NULL;

-- The application may only read and add here (afterMigrate.sql). The same id twice is stored once. The session is not
-- a foreign key on purpose: an event must never be refused because of what it is about.
CREATE TABLE audit_event (
    sequence   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid        NOT NULL UNIQUE,
    time       timestamptz NOT NULL,
    actor_id   uuid,
    actor_name text,
    source     text        NOT NULL,
    action     text        NOT NULL,
    session_id uuid,
    target     text,
    -- JSON as text: jsonb would refuse the escape of U+0000, and evidence is kept as it came.
    detail     text        NOT NULL
);
CREATE INDEX audit_event_time ON audit_event (time, sequence);
CREATE INDEX audit_event_session ON audit_event (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE api_token (
    id         uuid PRIMARY KEY,
    sha256     bytea       NOT NULL UNIQUE CHECK (length(sha256) = 32),
    person_id  uuid        NOT NULL REFERENCES person,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
