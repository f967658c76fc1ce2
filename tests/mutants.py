"""A module with one piece of its source replaced: what a test must notice.

The altered module runs beside the true one and changes nothing in it; its compiled kernels are left to the interpreter.
"""

import importlib
import inspect
import sys
from types import ModuleType

from thaw.kernels import _compile


def mutant(name: str, old: str, new: str) -> ModuleType:
    """Module `name` with `old`, which must stand in its source exactly once, replaced by `new`."""
    true = importlib.import_module(name)
    source = inspect.getsource(true)
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {name}"
    assert old != new
    module = ModuleType(name)
    module.__file__, module.__package__ = true.__file__, true.__package__
    kernels = len(_compile.KERNELS)
    kept = sys.modules[name]
    sys.modules[name] = module  # dataclasses look their module up while they are made
    try:
        exec(compile(source.replace(old, new), f"<{name} with {new!r}>", "exec"), module.__dict__)
    finally:
        sys.modules[name] = kept
        del _compile.KERNELS[kernels:]
    for key, value in vars(module).items():
        if isinstance(value, _compile.Kernel) and value.plain.__module__ == name and getattr(true, key) is not value:
            setattr(module, key, value.plain)
    return module
