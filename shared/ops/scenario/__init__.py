"""Scenarios (场景): files anybody can read, run through the public APIs on a movable clock, one fresh state for each."""
