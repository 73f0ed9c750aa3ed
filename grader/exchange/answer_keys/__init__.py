"""Answer keys from TOML files, and what is wrong with one in words for its author.

Begin with `keys`. A key that is not valid is put into words by `key_faults`; `key_source` shows the place,
found by `toml_places`; `not_toml` explains a text that is no TOML. `expect` reads `expect.toml`, the marks
that a course expects. `new_key` and `toml_text` write keys.
"""
