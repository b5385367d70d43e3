"""Words (用词): every code the services answer, as people read it; docs/glossary.md has the same."""

from console.web.words import cases, catalogue, credit, people, tasks

WORDS = tasks.WORDS | cases.WORDS | credit.WORDS | catalogue.WORDS | people.WORDS
"""Code → the word of the source language."""
