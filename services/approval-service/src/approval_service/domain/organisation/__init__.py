"""People and departments of the organisation that uses OpenTAS."""
