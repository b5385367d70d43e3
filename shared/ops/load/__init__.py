"""Load (压测): made-up cases for a stack that somebody else runs, and the comparison afterwards."""
