"""What answers besides the pages: middleware, start-up, download and health routes.

Its one rule: a route asks `may(...)` before it answers with data, and nothing answers to another machine until sign-in exists.
"""
