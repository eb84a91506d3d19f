"""Live changes of inboxes: from committed events to server-sent events."""
