"""The words of PyTorch and NumPy that the bench knows, one list for each place where they are looked up."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TORCH = _listed(
    """
    abs acos add all allclose amax amin any arange argmax argmin argsort as_tensor asin atan bernoulli bmm
    broadcast_shapes broadcast_tensors broadcast_to cat ceil chunk clamp clip concat cos cosh count_nonzero
    cumprod cumsum det diag div dot einsum eq equal erf exp expm1 eye flatten flip floor from_numpy full
    full_like gather ge gt hstack index_select inverse is_tensor isclose isfinite isinf isnan le linspace
    log log10 log1p log2 log_softmax logical_and logical_not logical_or logspace logsumexp lt manual_seed
    masked_select matmul max maximum mean median min minimum mm movedim mul mv ne neg nonzero norm normal
    numel ones ones_like outer permute pow prod rand rand_like randint randn randn_like randperm reciprocal
    relu reshape roll round rsqrt sigmoid sign sin sinh softmax sort split sqrt square squeeze stack std sub
    sum t tan tanh tensor topk trace transpose tril triu trunc unique unsqueeze var vstack where zeros
    zeros_like
    """
)
"""Functions of torch."""

FUNCTIONAL = _listed(
    """
    adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool2d avg_pool1d avg_pool2d batch_norm bilinear
    binary_cross_entropy binary_cross_entropy_with_logits celu conv1d conv2d conv3d conv_transpose1d
    conv_transpose2d cosine_embedding_loss cosine_similarity cross_entropy ctc_loss dropout elu embedding
    gaussian_nll_loss gelu glu group_norm hardshrink hardsigmoid hardswish hardtanh hinge_embedding_loss
    huber_loss interpolate kl_div l1_loss layer_norm leaky_relu linear log_softmax logsigmoid
    margin_ranking_loss max_pool1d max_pool2d mish mse_loss multi_margin_loss multilabel_margin_loss
    multilabel_soft_margin_loss nll_loss normalize one_hot pad pairwise_distance poisson_nll_loss prelu relu
    relu6 selu sigmoid silu smooth_l1_loss soft_margin_loss softmax softmin softplus softshrink softsign
    tanh tanhshrink threshold triplet_margin_loss unfold
    """
)
"""Functions of torch.nn.functional."""

INIT = _listed(
    """
    constant_ eye_ kaiming_normal_ kaiming_uniform_ normal_ ones_ orthogonal_ trunc_normal_ uniform_
    xavier_normal_ xavier_uniform_ zeros_
    """
)
"""Functions of torch.nn.init."""

LINALG = _listed(
    """
    det eigvalsh inv matrix_rank norm solve
    """
)
"""Functions of torch.linalg."""

NUMPY = _listed(
    """
    array
    """
)
"""Functions of NumPy."""

LOSS_CLASSES = _listed(
    """
    CTCLoss CosineEmbeddingLoss GaussianNLLLoss HingeEmbeddingLoss KLDivLoss MarginRankingLoss
    MultiLabelMarginLoss MultiLabelSoftMarginLoss PoissonNLLLoss SoftMarginLoss TripletMarginLoss
    """
)
"""Losses of torch.nn beside those that training offers."""

METHODS_OF_TENSORS = _listed(
    """
    abs acos add add_ all allclose amax amin any argmax argmin argsort asin atan backward bool broadcast_to
    ceil chunk clamp clamp_ clip clone contiguous copy_ cos count_nonzero cpu cumprod cumsum det detach diag
    dim div div_ dot double eq equal erf exp expand expand_as expm1 fill_ flatten flip float floor
    floor_divide gather ge gt half index_select int inverse is_contiguous isclose isfinite isinf isnan item
    le log log10 log1p log2 log_softmax logical_and logical_not logical_or logsumexp long lt masked_fill
    masked_select matmul max maximum mean median min minimum mm movedim mul mul_ mv ne neg nelement nonzero
    norm normal_ numel numpy outer permute pow prod reciprocal relu repeat requires_grad_ reshape reshape_as
    retain_grad roll round rsqrt scatter scatter_ sigmoid sign sin size softmax sort split sqrt square
    squeeze std stride sub sub_ sum t tan tanh tile to tolist topk trace transpose tril triu trunc type_as
    unbind unflatten uniform_ unique unsqueeze var view view_as zero_
    """
)
"""Methods of a tensor."""
