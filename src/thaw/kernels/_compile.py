"""How kernels are compiled: one signature each, on the first call, cached under a hash of every kernel's source.

Numba's own cache looks only at the file a kernel stands in: a callee changed in another file leaves it stale. So the
folder is named after all sources of `thaw.kernels` and the versions of Numba and NumPy. Where no folder is writable,
kernels are compiled in memory and `cache_note` says so. Nothing is compiled on import, and nobody else's Numba
settings are touched: the folder is set only while one of our kernels is made.
"""

import hashlib
import importlib
import importlib.metadata
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba import types

_HERE = Path(__file__).resolve().parent
_MODULES = ("portable", "noise", "cascade", "street", "coalition")  # of the simulation; other kernels are compiled when called
_NAMES = {
    "u1": types.uint8,
    "u4": types.uint32,
    "u8": types.uint64,
    "i4": types.int32,
    "i8": types.int64,
    "f8": types.float64,
}
KERNELS: list["Kernel"] = []
_config: Any = numba.config


@cache
def cache_folder() -> Path | None:
    """Folder of the compiled kernels, made if need be; None where none can be written."""
    sources = hashlib.sha256()
    for path in sorted(_HERE.glob("*.py")):
        sources.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    sources.update(f"numba {numba.__version__}, numpy {importlib.metadata.version('numpy')}".encode())
    try:
        version = importlib.metadata.version("thaw-sim")
    except importlib.metadata.PackageNotFoundError:  # run from a bare source tree
        version = "0"
    wished = os.environ.get("NUMBA_CACHE_DIR")
    if wished:
        base = Path(wished)
    else:
        import platformdirs

        base = Path(platformdirs.user_cache_dir())
    folder = base / "thaw" / f"{version}-{sources.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"room?")
    except OSError:
        return None
    return folder


def _marker(folder: Path) -> Path:
    """File that says: everything is compiled for this processor and this copy of the sources."""
    llvm: Any = importlib.import_module("llvmlite.binding")
    features = llvm.get_host_cpu_features().flatten()
    machine = f"{_HERE}\0{llvm.get_host_cpu_name()}\0{features}\0{_config.CPU_NAME}\0{_config.CPU_FEATURES}"
    return folder / f"complete-{hashlib.sha256(machine.encode()).hexdigest()[:16]}"


def _type_of(word: str) -> Any:
    """Numba type for a word: 'f8' a number, 'f8[:,:]' an array read (may be read-only), 'f8[:]!' an array written."""
    name, _, rest = word.partition("[")
    if not rest:
        return _NAMES[name]
    return types.Array(_NAMES[name], rest.count(":"), "C", readonly=not rest.endswith("!"))


class Kernel:
    """A compiled function with one fixed signature, made (or fetched from the cache) on its first call.

    One signature keeps compile time known in advance: an argument of another type is converted or refused, never
    compiled for anew. `plain` is the same source run by the interpreter.
    """

    def __init__(self, function: Callable[..., Any], returns: str, arguments: tuple[str, ...]):
        self.plain = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self._signature = (returns, arguments)
        self._compiled: Callable[..., Any] | None = None
        KERNELS.append(self)

    def _types(self) -> Any:
        returns, arguments = self._signature
        return (types.void if returns == "void" else _type_of(returns))(*map(_type_of, arguments))

    def load(self) -> Any:
        """The Numba dispatcher, compiled or fetched from the cache if that has not happened yet."""
        if self._compiled is None:
            folder = cache_folder()
            before = _config.CACHE_DIR
            try:
                _config.CACHE_DIR = str(folder or "")
                made = numba.njit(cache=folder is not None, error_model="numpy", nogil=True)(self.plain)
            finally:
                _config.CACHE_DIR = before
            if not _config.DISABLE_JIT:
                made.compile(self._types())
                made.disable_compile()
            self._compiled = made
        return self._compiled

    def assembly(self) -> str:
        """Machine code as text, compiled afresh: what a test reads to see that nothing was fused."""
        made = numba.njit(error_model="numpy", nogil=True)(self.plain)
        made.compile(self._types())
        return "\n".join(made.inspect_asm().values())

    def __call__(self, *arguments: Any) -> Any:
        return (self._compiled or self.load())(*arguments)


def compiled(*arguments: str, returns: str = "void") -> Callable[[Callable[..., Any]], Kernel]:
    """Decorator: this function is a kernel with these argument types (see `_type_of`)."""
    return lambda function: Kernel(function, returns, arguments)


def inlined(function: Callable[..., Any]) -> Any:
    """Decorator: a scalar helper that becomes part of each kernel calling it (`.py_func` is the plain one)."""
    return numba.njit(error_model="numpy", nogil=True, forceinline=True)(function)


def compile_all() -> None:
    """Compile every kernel, or fetch it from the cache: once per machine and version, before workers start."""
    for module in _MODULES:
        importlib.import_module(f"thaw.kernels.{module}")
    for kernel in _of_the_simulation():
        kernel.load()
    folder = cache_folder()
    if folder is not None and not _config.DISABLE_JIT:
        _marker(folder).touch()


def is_compiled() -> bool:
    """Whether `compile_all` has nothing left to compile on this machine."""
    folder = cache_folder()
    if folder is not None and _marker(folder).exists():
        return True
    kernels = _of_the_simulation()
    return len({kernel.plain.__module__ for kernel in kernels}) == len(_MODULES) and all(k._compiled for k in kernels)


def _of_the_simulation() -> list[Kernel]:
    """The kernels imported so far that a run needs."""
    return [kernel for kernel in KERNELS if kernel.plain.__module__.rpartition(".")[2] in _MODULES]


def cache_note() -> str | None:
    """A sentence for the user where compiled kernels cannot be kept, else None."""
    if cache_folder() is not None:
        return None
    return (
        "No folder is writable for compiled kernels, so they are compiled in memory for this run only. "
        "Set NUMBA_CACHE_DIR to a writable folder to keep them."
    )
