"""Publishing own events and reacting to those of other services, exactly once in effect."""
