"""Upkeep (运维): backups that can be restored, what a restored set knows of itself, and what is wrong with a stack."""
