"""An empty page: the floor that `make bench` measures the others against. Only in the menu while YJPT_BENCH is set."""
