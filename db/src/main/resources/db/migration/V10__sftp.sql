-- What a rule allows to be done with files through sftp.

ALTER TABLE rule
    ADD COLUMN sftp text[] NOT NULL DEFAULT '{read,write}' CHECK (sftp <@ ARRAY ['read', 'write']);
