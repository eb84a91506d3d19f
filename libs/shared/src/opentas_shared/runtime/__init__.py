"""How a service runs: settings, resources, logs, metrics, traces, api and worker processes."""
