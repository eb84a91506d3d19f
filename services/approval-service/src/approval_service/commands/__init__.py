"""What approval-service can do."""
