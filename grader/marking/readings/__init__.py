"""Other readings of a hand-in that is off, each taken where the hand-in as a whole fits it better.

Begin with `best_reading`, which tries most of them; what a `reading` is stands in a module of its own.

- other numbers: `other_constants`; two fields in each other's place (`exchanges`); two steps, or values
  written before the step that changes them (`other_steps`)
- another method with the same steps and fields: `other_methods`
- another order of work: `early_updates`, `late_updates`, `other_order` of the `entries` of a table; such
  hand-ins are marked in their `order_of_work`
"""
