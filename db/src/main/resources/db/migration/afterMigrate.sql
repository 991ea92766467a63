-- Runs after every migration: the application's role gets exactly what it needs, and loses whatever else it had.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "${application}";
GRANT USAGE ON SCHEMA public TO "${application}";
GRANT SELECT, INSERT, DELETE ON person_key, role, person_role, rule, session_cleared TO "${application}";
GRANT SELECT, INSERT, UPDATE ON person, target, access_request, access_grant, session, person_setting TO "${application}";
GRANT SELECT, INSERT ON access_version, audit_event, api_token, evidence_leaf, evidence_node, evidence_checkpoint TO "${application}";
-- What waits for its place in the log is moved there; what is there stays.
GRANT SELECT, INSERT, DELETE ON evidence_waiting TO "${application}";
GRANT SELECT, INSERT ON jump_host_key TO "${application}";
GRANT SELECT, INSERT ON recording_hold TO "${application}";
-- A hold can be released and nothing else about it changed. REVOKE on a table takes its columns' rights along.
GRANT UPDATE (released_by, released_by_name, released_at, release_reason) ON recording_hold TO "${application}";
GRANT SELECT, UPDATE (swept_at) ON retention TO "${application}";
GRANT SELECT, INSERT, DELETE ON recorded_command, screen_line, recorded_file TO "${application}";
GRANT SELECT, INSERT, UPDATE ON recording_index TO "${application}";
GRANT EXECUTE ON FUNCTION recording_index_month(timestamptz) TO "${application}";
