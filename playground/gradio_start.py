"""Imported before gradio: a quick import, nothing written beside our sources, no outside request.

More than half of gradio's import time goes into parsing every component and writing a stub file
(`*.pyi`) beside it, beside our own components too. A type checker may want those; a server does
not. Should a later gradio lose the hook, this module does nothing.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from types import ModuleType
from typing import Any

# Exactly this word, before the import: gradio else reports each start to its makers' servers.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

_STUB_WRITER = "gradio.component_meta"


class _WithoutStubs(importlib.abc.MetaPathFinder):
    """Finds the module that writes stubs and takes the pen away once it has run."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != _STUB_WRITER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        run_module = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run_module(module)
            if hasattr(module, "create_or_modify_pyi"):
                vars(module)["create_or_modify_pyi"] = lambda *_, **__: None

        spec.loader.exec_module = exec_module
        return spec


if not any(isinstance(finder, _WithoutStubs) for finder in sys.meta_path):
    sys.meta_path.insert(0, _WithoutStubs())


def without_tools() -> None:
    """Keep gradio from importing the package `mcp`, a tenth of its time, where no one asked for it.

    It takes the package for not installed. To be called before gradio is imported.
    """
    # None means so to the import system.
    sys.modules.setdefault("mcp", None)  # pyrefly: ignore
