"""Eight 64-bit words as one value inside a kernel: `load8`, `store8`, `splat8`, `turn8`, `any8`, `all8` and & | ^ ~.

LLVM vectorises a loop over eight words only when it can prove that nothing overlaps, and gives up among the twenty
rows a citizen looks at. Asked for vectors outright it has nothing to prove: one vector of 512 bits, two of 256 or four
of 128, as the machine has them, with the same bits. A function written for words works unchanged on such values.
"""

import operator
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic as _typed_intrinsic
from numba.extending import lower_builtin, models, register_model

intrinsic: Any = _typed_intrinsic  # its calls lack the leading argument, which type checkers cannot know
_VECTOR = ir.VectorType(ir.IntType(64), 8)


class Lanes(types.Type):
    """Numba's type of eight words."""

    def __init__(self) -> None:
        super().__init__(name="lanes8")


lanes = Lanes()


@register_model(Lanes)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _teach(symbol: Any, instruction: str, count: int) -> None:
    class Typing(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            if len(args) == count and all(isinstance(a, Lanes) for a in args):
                return signature(lanes, *args)
            return None

    infer_global(symbol)(Typing)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*args)

    lower_builtin(symbol, *[Lanes] * count)(lower)


for _symbol, _instruction in (
    (operator.and_, "and_"),
    (operator.or_, "or_"),
    (operator.xor, "xor"),
):
    _teach(_symbol, _instruction, 2)
_teach(operator.invert, "not_", 1)


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


@intrinsic
def load8(typing: Any, array: Any, index: Any) -> Any:
    """array[index : index + 8] of a flat array of words."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_address(context, builder, sig.args[0], *args), align=8)

    return lanes(array, types.intp), code


@intrinsic
def store8(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index : index + 8] = value."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(args[2], _address(context, builder, sig.args[0], *args[:2]), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), code


@intrinsic
def splat8(typing: Any, word: Any) -> Any:
    """The same word eight times."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), args[0], ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(
            first, ir.Constant(_VECTOR, ir.Undefined), ir.Constant(ir.VectorType(ir.IntType(32), 8), None)
        )

    return lanes(types.uint64), code


@intrinsic
def turn8(typing: Any, value: Any, places: Any) -> Any:
    """Each word turned left by its own number of places."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        funnel = cgutils.get_or_insert_function(builder.module, kind, "llvm.fshl.v8i64")
        return builder.call(funnel, [args[0], args[0], args[1]])

    return lanes(value, places), code


@intrinsic
def any8(typing: Any, value: Any) -> Any:
    """Whether any bit of the eight words is set."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        wide = builder.bitcast(args[0], ir.IntType(512))
        return builder.icmp_unsigned("!=", wide, ir.Constant(ir.IntType(512), 0))

    return types.boolean(value), code


@intrinsic
def all8(typing: Any, value: Any) -> Any:
    """Whether each of the eight words has a bit set."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        flags = builder.icmp_unsigned("!=", args[0], ir.Constant(_VECTOR, None))
        return builder.icmp_unsigned("==", builder.bitcast(flags, ir.IntType(8)), ir.Constant(ir.IntType(8), 255))

    return types.boolean(value), code
