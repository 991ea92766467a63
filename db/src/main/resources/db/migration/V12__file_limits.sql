-- How far a rule lets files be read and written: which paths (none: all), and how long a file may be, in bytes.

ALTER TABLE rule
    ADD COLUMN read_paths    text[] NOT NULL DEFAULT '{}',
    ADD COLUMN read_largest  bigint CHECK (read_largest >= 0),
    ADD COLUMN write_paths   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN write_largest bigint CHECK (write_largest >= 0);
