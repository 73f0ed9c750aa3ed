"""Words out and keys in: `streams`, `progress`; `questions`, single keys (`keyboard`), `watching` files."""
