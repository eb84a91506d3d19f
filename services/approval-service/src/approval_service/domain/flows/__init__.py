"""Flow definitions: which nodes an approval passes, who approves there, and when."""
