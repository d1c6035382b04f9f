"""Browser tests: a package, so that their Chromium and servers end with them."""
