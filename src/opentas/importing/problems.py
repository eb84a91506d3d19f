"""What makes an import impossible or ends it early; each is one sentence for the terminal."""

from __future__ import annotations


class Unusable(Exception):
    """The arguments cannot be used: a file, a mapping, the address or the token (exit code 2)."""


class BadRow(Exception):
    """A row cannot be imported; the sentence goes into the file of failed rows."""


class Interrupted(Exception):
    """The target stopped answering in the middle; the same command goes on later (exit code 3)."""
