"""Compiling a function once, whatever constants it is called with."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import types
from numba.extending import overload

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled_once(function: Function, **options: Any) -> Function:
    """Let compiled code call a plain function, compiled for the types of its arguments.

    Under ``njit`` a function is compiled anew for every constant that compiled code passes to it, a fifth of a second
    each: one that is told which clock, stream or event would be compiled dozens of times.
    """
    overload(function, jit_options=options, strict=False)(lambda *arguments: function)
    return function


# Numba writes out the types of arguments at every step of compiling: a tenth of the time, with records of records.
types.Record.__repr__ = types.Type.__repr__  # type: ignore[method-assign]
