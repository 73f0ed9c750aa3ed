"""Hand-ins written as tables: CSV files and workbooks.

Begin with `csv_file` and `workbook`, which make each table a `grid` and find its header; a workbook's
`extent` is looked at first, as it may claim millions of cells. The `rows` below the header are read; what
they say is collected in `written`; and a `table` becomes a submission.
"""
