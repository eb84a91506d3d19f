"""What is wrong with a flow definition, each fault with its place."""
