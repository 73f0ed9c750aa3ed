"""Other readings of a hand-in that is off, each taken where it fits better: what one is, `reading`.

All are tried for the `best_reading`: `other_constants`, `exchanges`, `swapped_steps`, `written_before`;
another order of work: `early_updates`, `late_updates`, `other_order` of the `entries` of a table, which are
marked in their `order_of_work`; work that begins otherwise: `other_start`; with a number of the exercise
misread: `misread_inputs`.
"""
