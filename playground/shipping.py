"""What the commands that make shipped weights have in common: files, rounding, the commit."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from playground import weights

# Of a state: what a reader needs.
_TOLD = (
    "slice", "config", "vocabulary", "source", "target", "channels", "class_names", "real",
)  # fmt: skip


def write_files(
    folder: Path,
    model: Mapping[str, Tensor],
    metadata: Mapping[str, str],
    card: Mapping[str, Any],
    records: Mapping[str, Any],
) -> None:
    """Weights, records of the training, and the card, which comes last: a folder without one is
    not shipped."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {key: metadata[key] for key in _TOLD if key in metadata}
    tensors = {f"model.{name}": tensor for name, tensor in model.items()}
    weights.write(folder / "weights.safetensors", tensors, told | {"step": str(card["step"])})
    as_text = json.dumps(records, ensure_ascii=False, separators=(",", ":"))
    weights.write_bytes(folder / "records.json", as_text.encode())
    as_text = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    weights.write_bytes(folder / "card.json", as_text.encode())


def rounded(columns: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Six digits are enough to draw."""
    return {
        name: [float(f"{value:.6g}") if isinstance(value, float) else value for value in values]
        for name, values in columns.items()
    }


def commit() -> str | None:
    """The commit of the code that trained, marked if files differ from it; None without git."""
    here = Path(__file__).parent
    git = ["git", "-C", str(here)]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", ".", ":!locales"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return head + (" with changes" if changed else "")
