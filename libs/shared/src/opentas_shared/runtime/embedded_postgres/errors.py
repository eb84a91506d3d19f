"""What can go wrong with the embedded PostgreSQL, as sentences for the person at the terminal."""


class EmbeddedPostgresFailed(RuntimeError):
    """The embedded server could not be prepared, started or stopped; the message says why."""
