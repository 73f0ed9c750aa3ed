"""What a look at a file of hand-ins can give, and its faults in words.

Begin with `handin`: a hand-in, a file that cannot be read, or one that is none. Faults of a text are put into
words by `wording`, which also reads the other students of a group; of one that is no JSON by `not_json`.
"""
