"""Where the app keeps what it makes, unless a flag says otherwise."""

from pathlib import Path

import platformdirs


def default_runs_dir() -> Path:
    """The folder of runs, in the place each system has for a user's application data."""
    return Path(platformdirs.user_data_path("neural-playground", appauthor=False)) / "runs"
