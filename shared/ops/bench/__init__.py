"""Bench (性能测量): the chain of the real services on a stack of its own, beside what the machine and other designs reach."""
