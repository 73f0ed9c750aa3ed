"""Hand-ins written as tables: CSV files and workbooks."""
