-- What a rule lets through besides sessions, and the sessions that what passes belongs to.

ALTER TABLE rule
    ADD COLUMN forward text[] NOT NULL DEFAULT '{}';

ALTER TABLE session
    DROP CONSTRAINT session_mode_check,
    ADD CONSTRAINT session_mode_check CHECK (mode IN ('shell', 'exec', 'job', 'subsystem', 'forward'));
