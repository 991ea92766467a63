-- Jobs, workspaces, links, and sessions that came out of a document.

ALTER TABLE target ADD COLUMN workspace text NOT NULL DEFAULT 'default';

ALTER TABLE session
    DROP CONSTRAINT session_mode_check,
    ADD CONSTRAINT session_mode_check CHECK (mode IN ('shell', 'exec', 'job', 'subsystem')),
    ALTER COLUMN target_id DROP NOT NULL,
    ADD COLUMN workspace text NOT NULL DEFAULT 'default',
    ADD COLUMN link text,
    ADD COLUMN origin text,
    -- A restored session ran on no target of this bastion; every other one did.
    ADD CONSTRAINT session_target_or_origin CHECK ((target_id IS NULL) = (origin IS NOT NULL));

CREATE INDEX session_of_person ON session (person_id, started_at, id);
CREATE INDEX session_on_target ON session (target_name, started_at, id);
CREATE INDEX session_in_workspace ON session (workspace, started_at, id);

-- Which ended sessions somebody does not want in their own list any more. Nothing else looks here.
CREATE TABLE session_cleared (
    person_id  uuid NOT NULL REFERENCES person,
    session_id uuid NOT NULL REFERENCES session,
    PRIMARY KEY (person_id, session_id)
);

CREATE TABLE person_setting (
    person_id uuid NOT NULL REFERENCES person,
    name      text NOT NULL,
    value     text NOT NULL,
    PRIMARY KEY (person_id, name)
);
