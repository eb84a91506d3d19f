"""``opentas demo``: a small story for a newcomer, played through the HTTP API."""
