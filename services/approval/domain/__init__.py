"""The rules of approval (审批规则): what a case must say, how revisions follow each other, how objects count."""
