"""metrics-service: read models of leads, opportunities and approvals, and the reports on them."""
