"""What a look through hand-ins can give (`handin`), whoever reads them, and its faults in words (`wording`).

Of a text that is no JSON, `not_json`; of several students' work, `group`.
"""
