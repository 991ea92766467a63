-- The log that proves what was there: a Merkle tree of RFC 6962 over everything that happened, and its signed check points.
-- The application may only read and add here (afterMigrate.sql). docs/proof.md says what a leaf holds, byte for byte.

-- What was committed and has no place in the tree yet. No transaction of anybody waits for another's here; one that moves rows
-- to the tree, in this order, does nothing else.
CREATE TABLE evidence_waiting (
    sequence   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid        NOT NULL UNIQUE,
    time       timestamptz NOT NULL,
    kind       text        NOT NULL,
    session_id uuid,
    data       text        NOT NULL
);

CREATE TABLE evidence_leaf (
    -- Without gaps: whoever adds holds a lock until the transaction is over.
    index      bigint PRIMARY KEY CHECK (index >= 0),
    id         uuid        NOT NULL UNIQUE,
    time       timestamptz NOT NULL,
    kind       text        NOT NULL,
    session_id uuid,
    -- ASCII, so that these are the bytes that are hashed.
    data       text        NOT NULL,
    hash       bytea       NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX evidence_leaf_session ON evidence_leaf (session_id, index) WHERE session_id IS NOT NULL;

-- The hashes of 2^level leaves each, from level 1 on; that of a leaf is beside it.
CREATE TABLE evidence_node (
    level smallint NOT NULL CHECK (level > 0),
    index bigint   NOT NULL CHECK (index >= 0),
    hash  bytea    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, index)
);

CREATE TABLE evidence_checkpoint (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time     timestamptz NOT NULL,
    size     bigint      NOT NULL CHECK (size > 0),
    root     bytea       NOT NULL CHECK (length(root) = 32),
    note     text        NOT NULL
);
CREATE INDEX evidence_checkpoint_size ON evidence_checkpoint (size, sequence);
