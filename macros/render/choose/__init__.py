"""The decision guide, its tables, the comparison of methods, and the worksheet."""
