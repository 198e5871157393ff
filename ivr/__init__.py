"""Interactive voice response: what a caller hears and answers."""
