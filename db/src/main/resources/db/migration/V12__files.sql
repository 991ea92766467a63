-- How far a rule lets files be read and written: which paths (none: all), and how long a file may be, in bytes.

ALTER TABLE rule
    ADD COLUMN read_paths    text[] NOT NULL DEFAULT '{}',
    ADD COLUMN read_largest  bigint CHECK (read_largest >= 0),
    ADD COLUMN write_paths   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN write_largest bigint CHECK (write_largest >= 0);

-- What was done with files, as recordings say it: a row for each path. All of it can be made again from the recordings.
CREATE TABLE recorded_file (
    session_id uuid        NOT NULL,
    started_at timestamptz NOT NULL,
    at         timestamptz NOT NULL,
    at_millis  bigint      NOT NULL CHECK (at_millis >= 0),
    text       text        NOT NULL,
    operation  text        NOT NULL
) PARTITION BY RANGE (started_at);
CREATE INDEX recorded_file_session ON recorded_file (session_id);
CREATE INDEX recorded_file_newest ON recorded_file (at);
CREATE INDEX recorded_file_text ON recorded_file USING gin (text gin_trgm_ops);

-- Makes the partitions of the month that a moment is in, if they are not there. The application may not create tables; this it
-- may have done for it. A partition is made aside and then attached, which locks out nobody who reads.
CREATE OR REPLACE FUNCTION recording_index_month(moment timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    first  timestamptz := date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    behind timestamptz := (date_trunc('month', moment AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    parent text;
    part   text;
BEGIN
    IF moment < '2000-01-01' OR moment >= '2200-01-01' THEN
        RAISE EXCEPTION 'no session began in %', moment;
    END IF;
    FOREACH parent IN ARRAY ARRAY['recorded_command', 'screen_line', 'recorded_file'] LOOP
        part := parent || to_char(first AT TIME ZONE 'UTC', '_YYYY_MM');
        CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('recording_index_month'));
        -- Not to_regclass again: what it remembers may be older than the lock.
        CONTINUE WHEN EXISTS (SELECT FROM pg_class
                               WHERE relnamespace = 'public'::regnamespace AND relname = part);
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', part, parent);
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                       parent, part, first, behind);
    END LOOP;
END
$$;
