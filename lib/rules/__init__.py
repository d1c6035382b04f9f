"""Rules with dates: thresholds, states and lights as pure functions on frames. Its one rule: no number of a regulation stands in code."""
