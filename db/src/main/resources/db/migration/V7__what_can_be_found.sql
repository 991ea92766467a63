-- What recordings can be searched for, and which of them have been read. All of it can be made again from the recordings.

-- Trusted since PostgreSQL 13: whoever may create in the database may create it, as the owner of the tables does.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The recordings that were read, or could not be, or are gone. A session that is over, has a recording and has no row here,
-- or one of an older version, waits to be read.
CREATE TABLE recording_index (
    session_id uuid PRIMARY KEY REFERENCES session,
    state      text        NOT NULL CHECK (state IN ('reading', 'read', 'failed', 'purged')),
    version    integer     NOT NULL,
    changed_at timestamptz NOT NULL,
    commands   integer     NOT NULL DEFAULT 0,
    lines      integer     NOT NULL DEFAULT 0,
    left_out   bigint      NOT NULL DEFAULT 0,
    problem    text,
    CHECK ((state = 'failed') = (problem IS NOT NULL))
);
CREATE INDEX recording_index_old ON recording_index (version, state);
CREATE INDEX session_recorded ON session (ended_at) WHERE recording_bytes IS NOT NULL;

-- By the month in which the session began, so that old months can go as one and a search of some days reads little.
CREATE TABLE recorded_command (
    session_id uuid        NOT NULL,
    started_at timestamptz NOT NULL,
    at         timestamptz NOT NULL,
    at_millis  bigint      NOT NULL CHECK (at_millis >= 0),
    text       text        NOT NULL,
    status     integer,
    directory  text        NOT NULL,
    source     text        NOT NULL CHECK (source IN ('exec', 'marks', 'screen')),
    confidence text        NOT NULL CHECK (confidence IN ('exact', 'likely', 'guess'))
) PARTITION BY RANGE (started_at);
CREATE INDEX recorded_command_session ON recorded_command (session_id);
CREATE INDEX recorded_command_newest ON recorded_command (at);
CREATE INDEX recorded_command_text ON recorded_command USING gin (text gin_trgm_ops);

CREATE TABLE screen_line (
    session_id  uuid        NOT NULL,
    started_at  timestamptz NOT NULL,
    at          timestamptz NOT NULL,
    at_millis   bigint      NOT NULL CHECK (at_millis >= 0),
    last_millis bigint      NOT NULL CHECK (last_millis >= at_millis),
    text        text        NOT NULL
) PARTITION BY RANGE (started_at);
CREATE INDEX screen_line_session ON screen_line (session_id);
CREATE INDEX screen_line_newest ON screen_line (at);
CREATE INDEX screen_line_text ON screen_line USING gin (text gin_trgm_ops);

-- Makes the partitions of the month that a moment is in, if they are not there. The application may not create tables; this it
-- may have done for it. A partition is made aside and then attached, which locks out nobody who reads.
CREATE FUNCTION recording_index_month(moment timestamptz) RETURNS void
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
    FOREACH parent IN ARRAY ARRAY['recorded_command', 'screen_line'] LOOP
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
REVOKE ALL ON FUNCTION recording_index_month(timestamptz) FROM PUBLIC;
