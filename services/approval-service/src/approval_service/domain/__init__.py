"""What approvals, flow definitions and the organisation are, in pure Python."""
