"""How rules are compiled: once whatever constants they are called with, and without work that nobody needs."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import types
from numba.core import cgutils
from numba.core.callconv import CPUCallConv
from numba.extending import overload

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled_once(function: Function, **options: Any) -> Function:
    """Let compiled code call a plain function, compiled for the types of its arguments.

    Under ``njit`` a function is compiled anew for every constant that compiled code passes to it, a fifth of a second
    each: one that is told which clock, stream or event would be compiled dozens of times.
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
