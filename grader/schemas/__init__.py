"""What is written down: keys, submissions, results, marks; frozen, anything extra is refused or named."""
