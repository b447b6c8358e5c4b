"""Gradio without its stub files, which take half of the time that its import takes.

At every start Gradio parses the source of each of its 80 components, and the `.pyi` beside it, to
write there for editors what events the component has. A running page reads none of it.
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

WRITER = "gradio.component_meta"  # the module that holds `create_or_modify_pyi`


def import_without_stubs() -> None:
    """Before Gradio's first import: let that import leave the stub files alone."""
    sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds the one module; all others are left to Python's own finders."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == WRITER else None
        if spec:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.create_or_modify_pyi = lambda *_: None
