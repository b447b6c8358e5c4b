"""The code of a network's blocks, as it stands in the files they are read from."""

import ast
import inspect
from textwrap import dedent

from torch import nn

from segdemo.analysis.layer_graph import Block
from segdemo.models.blocks import ConvBlock, Decoder, Encoder
from segdemo.models.registry import Stage

BLOCKS = {
    "conv-block": (ConvBlock,),
    "encoder": (Encoder, ConvBlock),
    "decoder": (Decoder, ConvBlock),
}


def block_code(block: Block, stage: Stage) -> str:
    """The classes that make the block; the whole network's for a layer that stands alone."""
    classes = BLOCKS.get(block.kind, (stage.network,))
    return "\n\n".join(map(code, classes))


def code(thing: type[nn.Module]) -> str:
    """A class's source without its docstrings."""
    lines = dedent(inspect.getsource(thing)).splitlines()
    left_out: set[int] = set()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            docstring = node.body[0]
            last = docstring.end_lineno or docstring.lineno
            if last < len(lines) and not lines[last].strip():
                last += 1  # the blank line that sets it apart
            left_out.update(range(docstring.lineno - 1, last))
    return "\n".join(line for number, line in enumerate(lines) if number not in left_out)
