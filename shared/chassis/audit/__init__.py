"""Audit (审计): every write leaves a row, one sequencer chains the rows, and anybody can check that none was touched."""
