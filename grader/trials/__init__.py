"""A key tried out: hand-ins made from its own equations, and what marking finds in them."""
