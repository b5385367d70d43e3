"""Edge (边界防护): what a request may look like, how often it may come, and what every answer says to a browser."""
