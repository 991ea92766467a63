-- The host key that the bastion shows in its targets' place (ssh -J). Made once, so that clients can pin it; never changed here.

CREATE TABLE jump_host_key (
    -- One row for all bastions of this database.
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    -- In OpenSSH's form, without a passphrase: the application's role alone may read it.
    private_key text        NOT NULL,
    made_at     timestamptz NOT NULL
);
