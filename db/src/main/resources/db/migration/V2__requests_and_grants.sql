-- What people ask for, what others decide, and the right that comes of it.

CREATE TABLE access_request (
    id               uuid PRIMARY KEY,
    code             text        NOT NULL UNIQUE CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{4,8}$'),
    person_id        uuid        NOT NULL REFERENCES person,
    person_name      text        NOT NULL,
    key              text        NOT NULL,
    source           text        NOT NULL,
    target_id        uuid        NOT NULL REFERENCES target,
    target_name      text        NOT NULL,
    environment      text        NOT NULL CHECK (environment IN ('development', 'test', 'staging', 'production')),
    login            text        NOT NULL,
    reason           text        NOT NULL,
    duration_seconds bigint      NOT NULL CHECK (duration_seconds > 0),
    rule             text        NOT NULL,
    made_at          timestamptz NOT NULL,
    open_until       timestamptz NOT NULL,
    state            text        NOT NULL CHECK (state IN ('waiting', 'approved', 'denied', 'cancelled')),
    decided_by       uuid REFERENCES person,
    decided_by_name  text,
    decided_at       timestamptz,
    note             text,
    told             boolean     NOT NULL DEFAULT false,
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK (state NOT IN ('approved', 'denied')
           OR (decided_by IS NOT NULL AND decided_by_name IS NOT NULL AND note IS NOT NULL)),
    -- Nobody decides on their own request; taking it back is not a decision.
    CHECK (state NOT IN ('approved', 'denied') OR decided_by <> person_id)
);
CREATE INDEX access_request_newest ON access_request (person_id, target_id, login, made_at DESC);
CREATE INDEX access_request_waiting ON access_request (made_at) WHERE state = 'waiting';

CREATE TABLE access_grant (
    id               uuid PRIMARY KEY,
    code             text        NOT NULL UNIQUE REFERENCES access_request (code),
    person_id        uuid        NOT NULL REFERENCES person,
    target_id        uuid        NOT NULL REFERENCES target,
    login            text        NOT NULL,
    reason           text        NOT NULL,
    approved_by      uuid        NOT NULL REFERENCES person,
    approved_by_name text        NOT NULL,
    approved_at      timestamptz NOT NULL,
    duration_seconds bigint      NOT NULL CHECK (duration_seconds > 0),
    use_by           timestamptz NOT NULL,
    first_used_at    timestamptz,
    withdrawn_at     timestamptz,
    CHECK (approved_by <> person_id)
);
CREATE INDEX access_grant_newest ON access_grant (person_id, target_id, login, approved_at DESC);
