"""The report of one run: a page that needs nothing but itself."""
