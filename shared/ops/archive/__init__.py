"""Archive (归档): months of the event log and the audit log, past their term, outside of the databases and still proved."""
