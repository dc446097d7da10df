"""How many trials one population holds: what there is memory for."""
