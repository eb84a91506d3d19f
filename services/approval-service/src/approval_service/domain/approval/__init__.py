"""The approval: its state machine, events, rounds and tasks."""
