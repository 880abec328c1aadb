"""The cells of a file, how many of them are read (docs/files.md), and the refusal of more."""

MIB = 1024 * 1024
ENDINGS = (".csv", ".xlsx", ".ods")
MOST_BYTES = 20 * MIB
MOST_ROWS = {".csv": 100_000, ".xlsx": 10_000, ".ods": 10_000}
MOST_COLUMNS = 100
# The first rows of each visible one are looked at.
MOST_SHEETS = 100
MOST_UNPACKED = 50 * MIB
# Of every part of a workbook but its sheets and their shared strings.
MOST_PART = 2 * MIB
LONGEST_CELL = 10_000
# What the text of a workbook may take in memory.
MOST_TEXT = 48 * MIB


class Unreadable(Exception):
    """The file cannot be read as a table; the message says why, ``sheet`` where it stands."""

    def __init__(self, message: str, row: int | None = None, sheet: str = "") -> None:
        super().__init__(message)
        self.row = row
        self.sheet = sheet


class SheetsToChoose(Unreadable):
    """Several sheets could be meant; ``sheets`` are their names."""

    def __init__(self, message: str, sheets: list[str]) -> None:
        super().__init__(message)
        self.sheets = sheets


class Formula(str):
    """A cell that is worked out by the spreadsheet program: it holds no value to rely on."""


class CutOff(str):
    """The last cell of a last line that is too short and does not end: a truncated file."""
