"""Rules: states, gates and what is overdue as pure functions on frames. Its one rule: no number of a regulation stands in code."""
