"""Answer keys from TOML, `keys`, and what is wrong with one in the words of its author: `key_faults`.

`key_source` shows the place, by `toml_places`; `not_toml` says why a text is none. `expect` reads
`expect.toml`; `new_key` and `toml_text` write keys.
"""
