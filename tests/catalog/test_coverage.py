"""Which classes of torch.nn cannot be drawn yet, each with its reason."""

from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES

REASONS = {
    "no layer by itself": (
        "Module Container Sequential ModuleList ModuleDict ParameterList ParameterDict DataParallel"
    ),
    "finds its sizes at the first batch; here auto does that before": (
        "LazyLinear LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d "
        "LazyConvTranspose3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyInstanceNorm1d "
        "LazyInstanceNorm2d LazyInstanceNorm3d"
    ),
    "takes or gives several tensors": (
        "Bilinear RNN LSTM GRU RNNBase RNNCellBase RNNCell LSTMCell GRUCell MultiheadAttention Transformer "
        "TransformerEncoder TransformerDecoder TransformerEncoderLayer TransformerDecoderLayer "
        "AdaptiveLogSoftmaxWithLoss PairwiseDistance CosineSimilarity EmbeddingBag MaxUnpool1d MaxUnpool2d "
        "MaxUnpool3d LinearCrossEntropyLoss"
    ),
    "a loss of other targets than one class or one number": (
        "CTCLoss CosineEmbeddingLoss GaussianNLLLoss HingeEmbeddingLoss KLDivLoss MarginRankingLoss "
        "MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss2d PoissonNLLLoss "
        "SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss"
    ),
    "for images and sequences: not declared yet": (
        "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Fold Unfold Embedding "
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d "
        "FractionalMaxPool2d FractionalMaxPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d "
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d ReflectionPad1d ReflectionPad2d "
        "ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d "
        "ConstantPad1d ConstantPad2d ConstantPad3d CircularPad1d CircularPad2d CircularPad3d PixelShuffle "
        "PixelUnshuffle Upsample UpsamplingNearest2d UpsamplingBilinear2d ChannelShuffle Unflatten Softmax2d "
        "Dropout1d Dropout2d Dropout3d FeatureAlphaDropout BatchNorm2d BatchNorm3d SyncBatchNorm "
        "InstanceNorm1d InstanceNorm2d InstanceNorm3d GroupNorm LocalResponseNorm CrossMapLRN2d"
    ),
    "for rows of numbers: not declared yet": (
        "AlphaDropout RMSNorm CELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LogSigmoid ReLU6 RReLU "
        "Softmin Softshrink Softsign Tanhshrink Threshold"
    ),
}
"""Every class of torch.nn that is not declared."""


def classes() -> set[str]:
    """All public classes of torch.nn that are modules, and its two lists of parameters."""
    return {
        name
        for name, value in vars(nn).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and not name.startswith("_")
    }


def test_every_class_is_declared_or_explained() -> None:
    explained = {name for names in REASONS.values() for name in names.split()}
    missing = classes() - explained - set(LAYERS) - set(LOSSES)
    assert missing == set()


def test_no_class_is_both_declared_and_explained_away() -> None:
    names = [name for words in REASONS.values() for name in words.split()]
    assert len(names) == len(set(names))
    assert not set(names) & (set(LAYERS) | set(LOSSES))


def test_every_reason_speaks_of_a_class_of_torch() -> None:
    newer = {"LinearCrossEntropyLoss", "NLLLoss2d"}  # in some versions of torch only
    assert {name for words in REASONS.values() for name in words.split()} - classes() <= newer
