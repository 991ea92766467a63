-- How much of what a program wrote is in its recording, where not all of it is.

ALTER TABLE session
    ADD COLUMN output_kept bigint CHECK (output_kept >= 0);
