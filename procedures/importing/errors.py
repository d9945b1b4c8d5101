"""Why something cannot be imported. Messages are for staff, in Vietnamese."""


class Refused(Exception):
    """One line or row."""


class UnreadableFile(Exception):
    """A whole file: not there, or of no known format."""
