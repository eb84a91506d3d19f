"""The HTTP API of approval-service."""
