"""A key tried out: hand-ins made from its own equations, marked, and what was made compared with what was found."""
