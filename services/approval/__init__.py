"""审批: intake of approval facts; tells the others what was decided."""
