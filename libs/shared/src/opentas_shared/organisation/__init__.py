"""The organisation as every service keeps it: departments, heads, posts and roles of people."""
