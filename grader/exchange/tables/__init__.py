"""Hand-ins written as tables: CSV files and workbooks.

To be read in this order: `csv_file` and `workbook` (after a look at its `extent`) make each `grid`, whose
header is found; its `rows` are read; what they say is `written`; a `table` becomes a submission.
"""
