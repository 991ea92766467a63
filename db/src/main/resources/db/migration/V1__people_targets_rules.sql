-- Who there is, what there is, and what is allowed: the content of access.yaml, applied as one.
-- People and targets are disabled, never deleted: history points at them for good.

CREATE TABLE person (
    id         uuid PRIMARY KEY,
    name       text        NOT NULL UNIQUE,
    enabled    boolean     NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE person_key (
    fingerprint text PRIMARY KEY CHECK (fingerprint LIKE 'SHA256:%'),
    person_id   uuid NOT NULL REFERENCES person,
    line        text NOT NULL,
    comment     text NOT NULL
);
CREATE INDEX person_key_person ON person_key (person_id);

CREATE TABLE role (
    name        text PRIMARY KEY,
    permissions text[] NOT NULL
);

CREATE TABLE person_role (
    person_id uuid NOT NULL REFERENCES person,
    role      text NOT NULL REFERENCES role,
    PRIMARY KEY (person_id, role)
);

CREATE TABLE target (
    id          uuid PRIMARY KEY,
    name        text    NOT NULL UNIQUE,
    host        text    NOT NULL,
    port        integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    environment text    NOT NULL CHECK (environment IN ('development', 'test', 'staging', 'production')),
    logins      text[]  NOT NULL,
    host_keys   text[]  NOT NULL,
    enabled     boolean NOT NULL
);

-- An empty array of environments, targets or logins does not narrow.
CREATE TABLE rule (
    position        integer PRIMARY KEY,
    name            text    NOT NULL UNIQUE,
    effect          text    NOT NULL CHECK (effect IN ('allow', 'deny')),
    roles           text[]  NOT NULL,
    environments    text[]  NOT NULL,
    targets         text[]  NOT NULL,
    logins          text[]  NOT NULL,
    reason          boolean NOT NULL,
    approvals       integer NOT NULL CHECK (approvals BETWEEN 0 AND 1),
    longest_seconds bigint  NOT NULL CHECK (longest_seconds > 0)
);

-- One row each time the tables above were replaced; caches compare the highest.
CREATE TABLE access_version (
    version    bigint PRIMARY KEY CHECK (version > 0),
    applied_at timestamptz NOT NULL
);
