"""Rewriting ONNX graphs so that ONNX Runtime computes the same faster."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["fold_paddings"]

PADDED = {"Conv", "MaxPool"}
"""Operations that can pad by themselves.

A `MaxPool` leaves out what it pads: the same as zeros where nothing is negative, as behind a ReLU.
"""
NEVER_NEGATIVE = {"Relu", "Sigmoid"}


def fold_paddings(model: Any) -> int:
    """Move zero padding into the convolutions and poolings that read it; return how many of them took it in.

    model: an onnx.ModelProto, changed in place; what it computes stays the same up to rounding. ONNX Runtime keeps maps
    in a layout of its own between convolutions and has to leave it for a `Pad`.
    """
    graph = model.graph
    sources = {output: node for node in graph.node for output in node.output}
    folded = 0
    for node in graph.node:
        pad = sources.get(node.input[0]) if node.op_type in PADDED else None
        if pad is None or pad.op_type != "Pad" or not _can_fold(model, pad, node, sources):
            continue
        amounts = _constant(model, pad.input[1])
        if amounts is None or len(amounts) != 8 or amounts[[0, 1, 4, 5]].any() or (amounts < 0).any():
            continue
        _set_pads(node, amounts[[2, 3, 6, 7]])
        node.input[0] = pad.input[0]
        folded += 1
    _remove_unread(graph)
    return folded


def _can_fold(model: Any, pad: Any, node: Any, sources: dict[str, Any]) -> bool:
    """Whether a node and the zero `Pad` before it may become one."""
    mode = [attribute.s for attribute in pad.attribute if attribute.name == "mode"]
    is_constant = not mode or mode[0] == b"constant"
    value = _constant(model, pad.input[2]) if len(pad.input) > 2 and pad.input[2] else np.zeros(())
    is_own = any(attribute.name == "auto_pad" and attribute.s != b"NOTSET" for attribute in node.attribute)
    before = sources.get(pad.input[0])
    is_exact = node.op_type == "Conv" or (before is not None and before.op_type in NEVER_NEGATIVE)
    return is_constant and value is not None and not value.any() and is_exact and not is_own


def _set_pads(node: Any, more: NDArray[np.integer[Any]]) -> None:
    """Add top, left, bottom, right to what a node pads already."""
    from onnx import helper

    own = next((attribute for attribute in node.attribute if attribute.name == "pads"), None)
    total = more + np.array(own.ints if own is not None else [0, 0, 0, 0])
    if own is not None:
        node.attribute.remove(own)
    node.attribute.append(helper.make_attribute("pads", [int(amount) for amount in total]))


def _constant(model: Any, name: str) -> NDArray[Any] | None:
    """Value of a tensor that depends on no input; None where it does."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    wanted, nodes = {name}, []
    for node in reversed(model.graph.node):
        if wanted & set(node.output):
            nodes.append(node)
            wanted.update(node.input)
    if wanted & {given.name for given in model.graph.input}:
        return None
    part = helper.make_graph(
        nodes[::-1],
        "constant",
        [],
        [helper.make_tensor_value_info(name, TensorProto.UNDEFINED, None)],
        [tensor for tensor in model.graph.initializer if tensor.name in wanted],
    )
    made = helper.make_model(part, opset_imports=model.opset_import)
    found: Any = ReferenceEvaluator(made).run(None, {})
    return np.asarray(found[0])


def _remove_unread(graph: Any) -> None:
    """Drop nodes and tensors whose results nobody reads."""
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            kept.append(node)
            wanted.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    tensors = [tensor for tensor in graph.initializer if tensor.name in wanted]
    del graph.initializer[:]
    graph.initializer.extend(tensors)
