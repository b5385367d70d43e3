"""The tables that grow (会增长的表): service → table → what its columns say where filling.py does not know it."""

from tests.integration.growth.filling import spread, weighted

_NOW = "(extract(epoch FROM now()) * 1000)::bigint"
_DEADLINES = {
    "deadline_id": "'D' || g",
    "kind": spread(("CLAIM", "FIRST_CHECK", "PUBLICISE")),
    "owner": "'R' || g",
    "state": weighted("MET", "RUNNING", "STOPPED", "VOID"),
    "limit_value": "'5wd'",
    "next_step": "CASE WHEN g % 200 < 2 THEN 'DUE' END",
    "next_at": "CASE WHEN g % 200 < 2 THEN TIMESTAMPTZ '2099-01-01Z' END",
    "edition": "1000",
    "due_on": "DATE '2025-01-01' + g / 50",
}
_NOTICES = {"person": "CASE WHEN g % 2 = 0 THEN 'COMMON' ELSE 'R' || g % 500 END", "read_at": "clock_timestamp()"}
_AUDIT = {
    "kind": weighted("SERVICE", "PERSON", "SYSTEM"),
    "result": weighted("DONE", "REFUSED", "FAILED"),
    "principal": "CASE WHEN g % 200 < 2 THEN 'R' || g % 5000 ELSE 'COMMON' END",
    "object": "'R' || g",
    "action": spread(("COMMON", "POST /api/v1/cases", "R7")),
    "request": "'R' || g",
    "correlation": "'R' || g",
}
CHASSIS: dict[str, dict[str, str]] = {
    "event_log": {
        "headers": "json_build_object('ce-correlationid', 'R' || g / 6, 'traceparent', repeat('x', 600))",
        "payload": "repeat('x', 600)::bytea",
    },
    "inbox": {"event_id": f"(lpad(to_hex({_NOW}), 12, '0') || '70008000' || lpad(to_hex(g), 12, '0'))::uuid"},
    "published_range": {"first_seq": "g", "last_seq": "g", "stream": "'COMMON'", "stream_created": "'2024-01-01Z'"},
    "idempotency": {"key": "'R' || g"},
    "dead_letter": {"redriven_at": "clock_timestamp()"},
    "audit_entry": _AUDIT,
    "notice": _NOTICES,
    "notice_delivery": {"attempt": "1"},
    "deadline": _DEADLINES,
}
_EXPORTS: dict[str, dict[str, str]] = {
    "export_batch": {"batch": "lpad(g::text, 13, '0')", "table_name": spread(("licence", "penalty"))},
    "export_line": {"batch": "lpad((g / 100)::text, 13, '0')", "row_key": "'R' || g", "operation": "'i'"},
    "export_refusal": {"batch": "lpad((g / 100)::text, 13, '0')"},
    "export_entry": {"table_name": "'licence'", "row_key": "'R' || g"},
}
_APPROVAL: dict[str, dict[str, str]] = {
    "decision": {"kind": "'NEW'"},
    "subject": {"id_no": "'R' || g", "kind": "'ORGANISATION'"},
    "supervised_object": {"object_no": "'R' || g"},
    "grade": {"id_no": "'R' || g", "grade": "'A'"},
    "case_step": {"kind": "'PUSHED'"},
    "feedback": {"state": weighted("ANSWERED", "OPEN")},
    "hold": {"hold_id": "'R' || g"},
    "gate_query": {"answer": "'ALLOW'"},
    "reveal": {},
    "import_batch": {"batch": "'R' || g", "sha256": "'R' || g", "state": "'DONE'"},
    "import_line": {"batch": "'R' || g / 100", "line": "g"},
}
_SUPERVISION: dict[str, dict[str, str]] = {
    "supervised_object": {"object_no": "'R' || g", "id_no": "'R' || g", "provisional": "g % 200 = 0"},
    "applied_decision": {"outcome": weighted("TASK", "JOINED", "CANCELLED", "UNMATCHED", "REGISTERED", "ENDED")},
    "task": {
        "state": weighted(
            "CLOSED", *("PENDING_CLAIM", "CLAIMED", "RETURNED", "DISPUTED", "PLANNED", "INSPECTING", "RECTIFYING")
        ),
        "method": "'ON_SITE'",
        "draw_no": "''",
    },
    "task_change": {},
    "inspection": {"result": weighted("PASS", "FAIL"), "inspection_no": "'R' || g"},
    "finding": {"inspection_no": "'R' || g", "severity": "'MINOR'"},
    "subject_grade": {"id_no": "'R' || g", "grade": "'A'"},
    "feedback": {"accepted": "true", "answered_at": "clock_timestamp()"},
    "alert": {"key": "'R' || g / 2", "rule": spread(("OVERDUE_CHECK", "FREQUENT_CHECK")), "period": "'2026-01'"},
    "site_visit": {
        "state": weighted("DONE", "REQUESTED", "APPROVED", "ANNOUNCED", "ENTERED", "CANCELLED"),
        "number": "'R' || g",
        "code": "'C' || g",
        "level": "'COUNTY'",
        "certificates": "'{}'",
    },
    "site_visit_change": {},
    "site_visit_rating": {"stars": "5"},
    "publication": {
        "state": weighted("PUBLICISED", "PENDING", "CORRECTED", "WITHDRAWN"),
        "inspection_no": "'R' || g",
        "publicised_on": "DATE '2025-01-01' + g / 50",
    },
    "complaint": {
        "complaint_no": "'R' || g",
        "answered_at": "CASE WHEN g % 200 <> 0 THEN clock_timestamp() END",
        "task_id": "gen_random_uuid()",
    },
    "complaint_look": {},
    "evidence": {},
    "signature": {},
    "object_risk": {"object_no": "'R' || g", "items": "ARRAY['R' || g % 5000]", "risk_class": spread("ABCD")},
    "risk_change": {},
    "drawn_object": {"draw_no": "'R' || g / 100", "object_no": "'R' || g", "outcome": "'TASK'"},
}
_CREDIT: dict[str, dict[str, str]] = {
    "subject": {
        "id_no": "'R' || g",
        "kind": "'ORGANISATION'",
        "grade": spread("ABCD"),
        "due_on": "CASE WHEN g % 200 = 0 THEN DATE '2099-01-01' END",
    },
    "subject_change": {"kind": "'REGISTERED'"},
    "object_holder": {"object_no": "'R' || g"},
    "credit_record": {
        "record_class": "CASE WHEN g % 5000 = 0 THEN 'MERIT' ELSE (ARRAY['MINOR', 'GENERAL', 'SERIOUS'])[1 + g % 3] END",
        "kind": "CASE WHEN g % 2 = 0 THEN 'INSPECTION' WHEN g % 20 = 1 THEN 'SEVERE_LIST' WHEN g % 200 = 3 THEN 'PENALTY'"
        " ELSE 'ABNORMAL_LIST' END",
        "state": weighted("EXPIRED", "ACTIVE", "REPAIRED", "WITHDRAWN", "EXITED"),
        "inspection_no": "'R' || g",
        "number": "'R' || g",
    },
    "list_entry": {
        "left_on": "CASE WHEN g % 200 <> 0 THEN DATE '2025-01-01' END",
    },
    "bar": {"kind": weighted("REFUSAL", "ANNULMENT", "PROCUREMENT"), "state": weighted("ENDED", "IN_FORCE", "LIFTED")},
    "repair": {"state": weighted("GRANTED", "APPLIED", "ACCEPTED", "REJECTED", "DENIED")},
    "objection": {"state": weighted("UPHELD", "LODGED", "FORWARDED", "REJECTED", "IN_REVIEW")},
    "withdrawal": {"state": weighted("CONFIRMED", "REQUESTED", "CANCELLED")},
    "subject_query": {"channel": weighted("PUBLIC", "INTERNAL"), "asked_by": "'R' || g % 5000"},
}
_CONSOLE: dict[str, dict[str, str]] = {
    "told": {
        "task_id": "'R' || g / 10",
        "case_ref": "'R:R' || g / 10",
        "subject_ref": "'R' || g / 20",
        "payload": "'{}'",
    },
    "case_line": {
        "case_id": "'R' || g",
        "decided_told": "gen_random_uuid()",
        "unmatched_told": "CASE WHEN g % 200 = 0 THEN gen_random_uuid() END",
        "item_code": "'R' || g % 500",
        "object_no": "'R' || g / 2",
        "id_no": "'R' || g / 2",
        "subject_name": "'R' || g / 2",
        "decided_on": "DATE '2025-12-01' + g % 360",
    },
    "task_line": {
        "state": weighted("CLOSED", *("PENDING_CLAIM", "CLAIMED", "RETURNED", "DISPUTED", "PLANNED", "INSPECTING")),
        "department": "'R' || g % 500",
        "claimed_by": "'R' || g % 5000",
        "object_no": "'R' || g / 2",
        "id_no": "'R' || g / 2",
        "case_id": "'R' || g",
        "card": "CASE WHEN g % 200 = 0 THEN 'RED' WHEN g % 200 = 1 THEN 'YELLOW' ELSE '' END",
        "card_kind": "'CLAIM'",
        "card_told": "gen_random_uuid()",
        "state_told": "gen_random_uuid()",
        "due_told": "gen_random_uuid()",
        "due_at": "clock_timestamp() + make_interval(mins => g - 15000)",
    },
    "subject_line": {"id_no": "'R' || g", "grade": spread("ABCD")},
}
_HOOK = "('019b0000-0000-7000-8000-00000000000' || CASE WHEN g % 10 = 0 THEN 8 ELSE 7 END)::uuid"
_HOOKS: dict[str, dict[str, str]] = {
    "hook_due": {"hook_id": _HOOK},
    "hook_delivery": {"hook_id": _HOOK, "state": weighted("SENT", "FAILED", "PARKED")},
}
GROWING = {
    "approval": CHASSIS | _HOOKS | _EXPORTS | _APPROVAL,
    "supervision": CHASSIS | _HOOKS | _EXPORTS | _SUPERVISION,
    "credit": CHASSIS | _HOOKS | _CREDIT,
    "console": CHASSIS | _CONSOLE,
}
_HOOK_ROWS = {"hook": {"facts": "'{cn.shenguan.x.y.z.v1}'", "state": "'ACTIVE'"}}
SMALL: dict[str, dict[str, dict[str, str]]] = {
    "approval": _HOOK_ROWS,
    "supervision": {"draw": {"draw_no": "'R' || g", "state": "'CONCLUDED'"}} | _HOOK_ROWS,
    "credit": _HOOK_ROWS,
    "console": {},
}
"""Tables that stay small and need a row to be asked about."""
