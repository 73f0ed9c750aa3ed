"""What is written down: keys, submissions, results; frozen, anything extra is refused or named."""
