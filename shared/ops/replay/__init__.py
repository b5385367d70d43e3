"""Replay (回放): sends real files in time order through the public APIs, day by day on the moved clock."""
