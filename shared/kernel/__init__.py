"""Words (词): value objects every service shares. Standard library and check-digit arithmetic only, no I/O."""
