"""The report's pictures, as plain Plotly figures."""
