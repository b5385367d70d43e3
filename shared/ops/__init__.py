"""Operation (运维): starts processes, replays, compares, and composes the command line. Never imports a service."""
