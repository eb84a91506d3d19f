"""``opentas import``: brings history in from CSV files through the services' own commands."""
