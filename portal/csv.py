"""Cells of CSV files that people open in a spreadsheet."""


def safe_cell(value) -> str:
    """Text that a spreadsheet shows and never runs: no cell begins like a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
