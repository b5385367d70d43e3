"""信用: records, score and grade of subjects."""
