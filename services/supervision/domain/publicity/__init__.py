"""Publicity of results (抽查结果公示): which results are shown to everybody, by when, and how a shown one is put right."""
