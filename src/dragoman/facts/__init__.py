"""Facts of an article that are read from its Arabic by rule: when, where, how much, who."""
