"""The errors that are the user's to mend; everything else is a bug and keeps its traceback."""


class DragomanError(Exception):
    """A mistake or unusable input: the message is one line that says what, where and what to do."""


class ConfigError(DragomanError):
    """A wrong key or value in the configuration or a model recipe."""


class DataError(DragomanError):
    """Input or an intermediate file that cannot be used."""


class ModelError(DragomanError):
    """A model that is missing, does not verify, does not convert or fails its self-test."""
