-- What a rule lets through besides sessions, and the sessions that what passes belongs to. Without a target it belongs to none.

ALTER TABLE rule
    ADD COLUMN forward text[] NOT NULL DEFAULT '{}';

ALTER TABLE session
    DROP CONSTRAINT session_mode_check,
    ADD CONSTRAINT session_mode_check CHECK (mode IN ('shell', 'exec', 'job', 'subsystem', 'forward')),
    DROP CONSTRAINT session_target_or_origin,
    ADD CONSTRAINT session_target_or_origin CHECK (
        CASE WHEN target_id IS NULL THEN origin IS NOT NULL OR mode = 'forward' ELSE origin IS NULL END);
