"""Configuration in files: roles, flow definitions and the demonstration organisation."""
