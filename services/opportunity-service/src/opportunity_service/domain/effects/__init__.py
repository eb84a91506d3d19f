"""What an approval changes at its opportunity: one small module per family of flows."""
