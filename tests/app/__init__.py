"""Page tests: a package, so that their database and settings end with them."""
