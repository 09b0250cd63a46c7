"""From typed trees to columns: the interpreter's answers for a whole table at once, exact and three-valued.

`polars.compile_columns` makes the program; `columns` says how a value of each type stands in a column.
"""
