"""How often the diagnosis is right: faulty runs, their healthy twins, and healthy runs that look ill."""
