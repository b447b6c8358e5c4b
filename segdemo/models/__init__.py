"""The lecture's networks, written out as on its slides."""

from segdemo.models.cnn import CNNSegmentation
from segdemo.models.encoder_decoder import EncoderDecoder
from segdemo.models.fcn import FCN
from segdemo.models.fcn_reshape import FCNReshape
from segdemo.models.upsample_only import UpsampleOnly

__all__ = ["FCN", "CNNSegmentation", "EncoderDecoder", "FCNReshape", "UpsampleOnly"]
