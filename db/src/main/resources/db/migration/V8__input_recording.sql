-- What people type: whether a rule has it recorded, and what was recorded of each session.

ALTER TABLE rule
    ADD COLUMN record_input text NOT NULL DEFAULT 'off' CHECK (record_input IN ('off', 'masked', 'full'));

ALTER TABLE session
    ADD COLUMN records_input text NOT NULL DEFAULT 'off' CHECK (records_input IN ('off', 'masked', 'full'));
