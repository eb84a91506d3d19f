"""Building blocks of the services' domains: aggregates, refusals, money, time, ids."""
