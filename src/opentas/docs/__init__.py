"""The documents generated from the code: OpenAPI, problems and events."""
