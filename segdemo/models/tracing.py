"""Networks traced by torch.fx: the layers a network calls, in order, and what feeds which."""

from threading import Lock

from torch import fx, nn

from segdemo.models.fcn_reshape import FullConv2d

# While torch.fx traces, it replaces nn.Module.__call__ for the whole process: one at a time.
_TRACING = Lock()


def trace(network: nn.Module) -> fx.Graph:
    """The network's graph, down to torch's own layers and FullConv2d, which is a layer of ours."""
    with _TRACING:
        return _Tracer().trace(network)


class _Tracer(fx.Tracer):
    """Networks that other threads run meanwhile come by here too, and pass untouched."""

    def is_leaf_module(self, module, module_qualified_name):
        return isinstance(module, FullConv2d) or super().is_leaf_module(
            module, module_qualified_name
        )

    def call_module(self, m, forward, args, kwargs):
        if not any(isinstance(value, fx.Proxy) for value in (*args, *kwargs.values())):
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr, attr_val, parameter_proxy_cache):
        return attr_val
