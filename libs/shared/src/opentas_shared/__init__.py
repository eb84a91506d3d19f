"""The kernel that the four services of OpenTAS stand on."""
