"""The web kit: what every HTTP API of OpenTAS has in common."""
