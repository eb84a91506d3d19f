"""Long-term delegation (长期代理): a deputy is asked in somebody's place for a while."""
