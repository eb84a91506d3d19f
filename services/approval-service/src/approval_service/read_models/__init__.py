"""The read models of approval-service: one file per table or two, with its queries."""
