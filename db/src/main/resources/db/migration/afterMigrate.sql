-- Runs after every migration: the application's role gets exactly what it needs, and loses whatever else it had.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "${application}";
GRANT USAGE ON SCHEMA public TO "${application}";
GRANT SELECT, INSERT, DELETE ON person_key, role, person_role, rule, session_cleared TO "${application}";
GRANT SELECT, INSERT, UPDATE ON person, target, access_request, access_grant, session, person_setting TO "${application}";
GRANT SELECT, INSERT ON access_version, audit_event, api_token, evidence_leaf, evidence_node, evidence_checkpoint TO "${application}";
