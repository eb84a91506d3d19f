"""The event store, read-model rows and the group-committing executor, on PostgreSQL."""
