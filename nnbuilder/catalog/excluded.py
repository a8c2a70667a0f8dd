"""The classes of torch.nn that cannot be drawn, each with the reason that is given to who asks for it."""

from collections.abc import Mapping

_REASONS = {
    "holds other modules or parameters: layers are drawn one by one, and groups are nested Sequentials": (
        "Container DataParallel Module ModuleDict ModuleList ParameterDict ParameterList Sequential"
    ),
    "finds its sizes at the first batch: here the layer without Lazy in its name does that, on auto": (
        "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d "
        "LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d "
        "LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear"
    ),
    "takes two or more tensors, and a layer of a Sequential gets one": (
        "Bilinear CosineSimilarity MultiheadAttention PairwiseDistance Transformer TransformerDecoder "
        "TransformerDecoderLayer"
    ),
    "needs the places of the largest numbers as a second tensor, and a Sequential hands on one": (
        "MaxUnpool1d MaxUnpool2d MaxUnpool3d"
    ),
    "is one step of a recurrent layer: RNN, GRU and LSTM take whole sequences": "GRUCell LSTMCell RNNCell",
    "is what other classes are made from": "RNNBase RNNCellBase",
    "takes the target as well and gives output and loss: it is no layer of a Sequential": (
        "AdaptiveLogSoftmaxWithLoss LinearCrossEntropyLoss"
    ),
    "works in distributed training on GPUs only, where PyTorch makes it from the other BatchNorm layers": (
        "SyncBatchNorm"
    ),
    "is a loss of more tensors than one output and one target": (
        "CTCLoss CosineEmbeddingLoss GaussianNLLLoss MarginRankingLoss TripletMarginLoss "
        "TripletMarginWithDistanceLoss"
    ),
    "is a loss for targets of 1 and -1, where BCEWithLogitsLoss takes two classes": (
        "HingeEmbeddingLoss SoftMarginLoss"
    ),
    "is a loss for samples of several classes at once": "MultiLabelMarginLoss MultiLabelSoftMarginLoss",
    "is a loss for targets that are probabilities": "KLDivLoss",
    "is a loss for targets that are counts": "PoissonNLLLoss",
    "is an older name of NLLLoss": "NLLLoss2d",
}

EXCLUDED: Mapping[str, str] = {name: reason for reason, names in _REASONS.items() for name in names.split()}
"""Why each of them cannot be drawn: the end of a sentence that begins with its name, without a full stop."""
