"""How rules are compiled: once whatever constants they are called with, and without work that nobody needs."""

import typing
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from numba import config, njit, types
from numba.core import cgutils
from numba.core.callconv import CPUCallConv
from numba.core.codegen import CPUCodeLibrary, JITCPUCodegen
from numba.core.registry import CPUDispatcher
from numba.extending import overload

Function = TypeVar("Function", bound=Callable[..., Any])


LEAN = {"error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
"""Options. ``_nrt``: nobody counts who holds an array, a seventh of the time of valuing events; a function that makes
one asks for it."""
entry_point: Any = partial(njit, cache=True, nogil=True, **LEAN)
"""Compile a function that Python calls: kept on disk, and while it runs other threads may."""
inlined: Callable[[Function], Function] = partial(njit, inline="always", error_model="numpy")  # type: ignore[assignment]
"""Put a function in place of its calls before anything is compiled: one that costs next to nothing, or has one call."""


class Inner(CPUDispatcher):
    """A function that compiled code calls; Python runs it as it is written."""

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        return self.py_func(*arguments)


@typing.overload
def compiled(function: Function) -> Function: ...
@typing.overload
def compiled(**options: Any) -> Callable[[Function], Function]: ...
def compiled(function: Any = None, **options: Any) -> Any:
    """Compile a function that compiled code calls: without a way in from Python, a fifth of the time of compiling.

    Parameters
    ----------
    options
        Of Numba's, for instance ``forceinline``: put in place of its calls in the end.
    """
    if function is None:
        return partial(compiled, **options)
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return function
    return Inner(function, targetoptions={"nopython": True, "no_cpython_wrapper": True, **LEAN, **options})


def compiled_once(function: Function, **options: Any) -> Function:
    """Let compiled code call a plain function, compiled for the types of its arguments.

    Else a function is compiled anew for every constant that compiled code passes to it, a fifth of a second each: one
    that is told which clock, stream or event would be compiled dozens of times.
    """
    compiles: Any = overload(function, jit_options=options, strict=False)  # type: ignore[arg-type]
    compiles(lambda *arguments: function)
    return function


# Numba writes out the types of arguments at every step of compiling: a tenth of the time, with records of records.
types.Record.__repr__ = types.Type.__repr__  # type: ignore[method-assign]


def slot(builder: Any, kind: Any, size: Any = None, name: str = "", zfill: bool = False) -> Any:
    """Take a place on the stack and leave in it what is there."""
    with builder.goto_entry_block():
        return builder.alloca(kind, size=size, name=name)


def call_function(self: Any, *arguments: Any, **options: Any) -> Any:
    """Compile a call.

    Numba has every function begin by clearing a place for what each of its calls may return and raise, of those that
    will not be made too: half the time of a rule that calls many others. A call writes what it returns, and what it
    raises if it does.
    """
    llvm.alloca_once = slot
    try:
        return as_numba_does(self, *arguments, **options)
    finally:
        llvm.alloca_once = with_zeros


llvm: Any = cgutils
with_zeros = llvm.alloca_once
calls: Any = CPUCallConv
as_numba_does = calls.call_function
calls.call_function = call_function


def finish(self: Any) -> None:
    """Make a compiled function ready for use.

    Numba makes machine code of every function, with all that it calls, as Python might call it: a fifth of the time
    of compiling. Those that only compiled code can call are part of what calls them.
    """
    defined = [function.name for function in self.get_defined_functions()]
    if any(name.startswith(OURS) for name in defined) and not any(name.startswith(FROM_PYTHON) for name in defined):
        self._finalize_dynamic_globals()
        self._finalized = True
    else:
        finish_as_numba_does(self)


def set_environment(self: Any, name: str, environment: Any) -> None:
    """Tell a function where Python's constants are, if it is there."""
    if self._engine.is_symbol_defined(name):
        set_as_numba_does(self, name, environment)


OURS, FROM_PYTHON = "_ZN3sim", "_ZN7cpython"
libraries: Any = CPUCodeLibrary
finish_as_numba_does = libraries._finalize_final_module
libraries._finalize_final_module = finish
generator: Any = JITCPUCodegen
set_as_numba_does = generator.set_env
generator.set_env = set_environment
