"""Exports (报送), the same in every service that has rows to send: batches, the ledger, files, the limit.

A service says what its rows are (``dataset.Dataset``); everything else stands here and is wired in its ``main``.
"""
