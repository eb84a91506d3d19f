"""approval-service: flow definitions, approvals with their tasks, and the organisation."""
