"""A network taken apart: its blocks and their layers, read off the network itself.

Blocks are what the slides draw: ConvBlock, Encoder, Decoder, the convolution to three classes.
Layers are what a block computes one after the other, such as convolution, batch normalisation,
ReLU and pooling.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby

import torch
from torch import Tensor, fx, nn

from segdemo.data.preprocessing import SIZE
from segdemo.models.blocks import ConvBlock, Decoder, Encoder
from segdemo.models.complexity import convolution_multiply_adds, parameters, shapes_alone
from segdemo.models.fcn_reshape import FullConv2d
from segdemo.models.registry import Stage
from segdemo.models.tracing import trace

BLOCK_KINDS = {
    ConvBlock: "conv-block",
    Encoder: "encoder",
    Decoder: "decoder",
    nn.Conv2d: "classify",
    nn.Upsample: "upsample",
    FullConv2d: "head",
}
LAYER_KINDS = {
    nn.Conv2d: "conv",
    FullConv2d: "conv",
    nn.BatchNorm2d: "norm",
    nn.ReLU: "relu",
    nn.MaxPool2d: "pool",
    nn.Upsample: "upsample",
}


@dataclass(frozen=True)
class Layer:
    """One step of a network, for one SIZE x SIZE photo.

    `kind` is one of LAYER_KINDS' values, "cat" (feature maps put on one another) or "reshape".
    """

    name: str  # where it stands in the network: "encoders.2.pool"; in no two layers the same
    kind: str
    size: int | None  # pixels: a kernel's side; or the factor of an upsampling
    shape: tuple[int, int, int]  # channels, height, width of what it gives
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Block:
    """Some layers that belong together; `kind` is one of BLOCK_KINDS' values, or "reshape"."""

    name: str  # where it stands in the network: "encoders.2"
    kind: str
    number: int  # from 1, among the blocks of its kind
    layers: tuple[Layer, ...]
    skip: str | None  # the name of the block whose feature map comes to it past all others

    @property
    def output(self) -> Layer:
        """The layer whose feature maps leave the block."""
        return self.layers[-1]

    @property
    def kernel(self) -> int | None:
        """The side of its convolution's kernel in pixels; None without a convolution."""
        return next((layer.size for layer in self.layers if layer.kind == "conv"), None)

    @property
    def parameters(self) -> int:
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        return sum(layer.multiply_adds for layer in self.layers)


@cache
def blocks(stage: Stage) -> tuple[Block, ...]:
    """The blocks of a stage's network in the order of its forward."""
    with torch.device("meta"):
        network = stage.build().eval()
    photo = torch.zeros(1, 3, SIZE, SIZE)
    layers = {
        node: _layer(network, node, output)
        for node, output in _steps(stage, shapes_alone(network), photo)
    }
    return tuple(_grouped(network, layers))


def layer_outputs(
    stage: Stage, network: nn.Module, photo: Tensor, zeroed: Collection[str] = ()
) -> Iterator[tuple[str, Tensor]]:
    """Run a stage's network layer by layer: each one's name and output, for as long as wanted.

    network: the stage's, in evaluation mode; nothing of it is changed, and many threads may run
    it at once. photo: (1, 3, H, W), normalised; outputs are (1, C, H, W), and a later layer may
    change them. zeroed: the names of blocks whose skip brings zeros.
    """
    return ((_name(node), output) for node, output in _steps(stage, network, photo, zeroed))


@torch.inference_mode()
def _steps(
    stage: Stage, network: nn.Module, photo: Tensor, zeroed: Collection[str] = ()
) -> Iterator[tuple[fx.Node, Tensor]]:
    """`fx.Interpreter.run`, which goes to the end in one go, step by step."""
    graph = _graph(stage)
    interpreter = fx.Interpreter(network, graph=graph)
    interpreter.args_iter = iter([photo])
    for node in graph.nodes:
        for source in _skipped(node):  # a skip's end is the last place where its map is used
            if any(_name(source).startswith(f"{block}.") for block in zeroed):
                interpreter.env[source] = torch.zeros_like(interpreter.env[source])
        interpreter.env[node] = interpreter.run_node(node)
        if node.op.startswith("call_"):
            yield node, interpreter.env[node]
        for last_used in interpreter.user_to_last_uses.get(node, []):
            del interpreter.env[last_used]


def _skipped(node: fx.Node) -> list[fx.Node]:
    """Those whose output comes to the node past the one before it."""
    return [source for source in node.all_input_nodes if source is not node.prev]


@cache
def _graph(stage: Stage) -> fx.Graph:
    with torch.device("meta"):
        return trace(stage.build())


def _name(node: fx.Node) -> str:
    """Where a layer stands; a function is named after the module that calls it and itself."""
    if node.op == "call_module":
        return str(node.target)
    callers = [path for path, _ in node.meta.get("nn_module_stack", {}).values()]
    return ".".join([*callers[-1:], getattr(node.target, "__name__", str(node.target))])


def _layer(network: nn.Module, node: fx.Node, output: Tensor) -> Layer:
    name = _name(node)
    module = dict(network.named_modules()).get(name)
    channels, height, width = output.shape[1:]
    return Layer(
        name=name,
        kind=_kind(LAYER_KINDS, module, name),
        size=_size(module),
        shape=(channels, height, width),
        parameters=parameters(module) if module is not None else 0,
        multiply_adds=convolution_multiply_adds(module, output)
        if isinstance(module, nn.Conv2d)
        else 0,
    )


def _size(module: nn.Module | None) -> int | None:
    match module:
        case nn.Conv2d(kernel_size=(size, _)):
            return size
        case nn.MaxPool2d(kernel_size=int(size)) | nn.Upsample(scale_factor=float(size)):
            return int(size)
    return None


def _kind(kinds: dict[type, str], module: nn.Module | None, name: str) -> str:
    return kinds[type(module)] if module is not None else name.rpartition(".")[2]


def _grouped(network: nn.Module, layers: dict[fx.Node, Layer]) -> Iterator[Block]:
    """Layers of one block, which follow one another, put together."""
    modules = dict(network.named_modules())

    def block_of(node: fx.Node) -> str:
        """The first module on the way to the layer that is more than a list of others."""
        ways = accumulate(_name(node).split("."), "{}.{}".format)
        return next(way for way in ways if not isinstance(modules.get(way), nn.ModuleList))

    numbers = Counter()
    for name, nodes in groupby(layers, block_of):
        nodes = list(nodes)
        kind = _kind(BLOCK_KINDS, modules.get(name), name)
        numbers[kind] += 1
        skips = [block_of(source) for node in nodes for source in _skipped(node)]
        yield Block(
            name, kind, numbers[kind], tuple(layers[node] for node in nodes), *skips or [None]
        )
