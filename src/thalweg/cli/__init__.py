"""The command line: words to specs and results to words. The only place that prints."""
