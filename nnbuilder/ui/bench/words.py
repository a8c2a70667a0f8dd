"""The words that the line completes: those of the engine's table, which a test holds them against."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _listed(
    """
    model loss_function X y X_validation y_validation X_test y_test batches activations inputs gradients
    trace torch.abs torch.acos torch.add torch.all torch.allclose torch.amax torch.amin torch.any
    torch.arange torch.argmax torch.argmin torch.argsort torch.as_tensor torch.asin torch.atan
    torch.bernoulli torch.bmm torch.broadcast_shapes torch.broadcast_tensors torch.broadcast_to torch.cat
    torch.ceil torch.chunk torch.clamp torch.clip torch.concat torch.cos torch.cosh torch.count_nonzero
    torch.cumprod torch.cumsum torch.det torch.diag torch.div torch.dot torch.einsum torch.eq torch.equal
    torch.erf torch.exp torch.expm1 torch.eye torch.flatten torch.flip torch.floor torch.from_numpy
    torch.full torch.full_like torch.gather torch.ge torch.gt torch.hstack torch.index_select
    torch.inverse torch.is_tensor torch.isclose torch.isfinite torch.isinf torch.isnan torch.le
    torch.linspace torch.log torch.log10 torch.log1p torch.log2 torch.log_softmax torch.logical_and
    torch.logical_not torch.logical_or torch.logspace torch.logsumexp torch.lt torch.manual_seed
    torch.masked_select torch.matmul torch.max torch.maximum torch.mean torch.median torch.min
    torch.minimum torch.mm torch.movedim torch.mul torch.mv torch.ne torch.neg torch.nonzero torch.norm
    torch.normal torch.numel torch.ones torch.ones_like torch.outer torch.permute torch.pow torch.prod
    torch.rand torch.rand_like torch.randint torch.randn torch.randn_like torch.randperm torch.reciprocal
    torch.relu torch.reshape torch.roll torch.round torch.rsqrt torch.sigmoid torch.sign torch.sin
    torch.sinh torch.softmax torch.sort torch.split torch.sqrt torch.square torch.squeeze torch.stack
    torch.std torch.sub torch.sum torch.t torch.tan torch.tanh torch.tensor torch.topk torch.trace
    torch.transpose torch.tril torch.triu torch.trunc torch.unique torch.unsqueeze torch.var torch.vstack
    torch.where torch.zeros torch.zeros_like torch.linalg.det torch.linalg.eigvalsh torch.linalg.inv
    torch.linalg.matrix_rank torch.linalg.norm torch.linalg.solve F.adaptive_avg_pool1d
    F.adaptive_avg_pool2d F.adaptive_max_pool2d F.avg_pool1d F.avg_pool2d F.batch_norm F.bilinear
    F.binary_cross_entropy F.binary_cross_entropy_with_logits F.celu F.conv1d F.conv2d F.conv3d
    F.conv_transpose1d F.conv_transpose2d F.cosine_embedding_loss F.cosine_similarity F.cross_entropy
    F.ctc_loss F.dropout F.elu F.embedding F.gaussian_nll_loss F.gelu F.glu F.group_norm F.hardshrink
    F.hardsigmoid F.hardswish F.hardtanh F.hinge_embedding_loss F.huber_loss F.interpolate F.kl_div
    F.l1_loss F.layer_norm F.leaky_relu F.linear F.log_softmax F.logsigmoid F.margin_ranking_loss
    F.max_pool1d F.max_pool2d F.mish F.mse_loss F.multi_margin_loss F.multilabel_margin_loss
    F.multilabel_soft_margin_loss F.nll_loss F.normalize F.one_hot F.pad F.pairwise_distance
    F.poisson_nll_loss F.prelu F.relu F.relu6 F.selu F.sigmoid F.silu F.smooth_l1_loss F.soft_margin_loss
    F.softmax F.softmin F.softplus F.softshrink F.softsign F.tanh F.tanhshrink F.threshold
    F.triplet_margin_loss F.unfold nn.init.constant_ nn.init.eye_ nn.init.kaiming_normal_
    nn.init.kaiming_uniform_ nn.init.normal_ nn.init.ones_ nn.init.orthogonal_ nn.init.trunc_normal_
    nn.init.uniform_ nn.init.xavier_normal_ nn.init.xavier_uniform_ nn.init.zeros_ nn.Linear nn.Identity
    nn.ReLU nn.LeakyReLU nn.PReLU nn.ELU nn.SELU nn.GELU nn.SiLU nn.Mish nn.Softplus nn.Sigmoid nn.Tanh
    nn.Softmax nn.LogSoftmax nn.Softmin nn.Softmax2d nn.LogSigmoid nn.Softsign nn.Hardtanh nn.Hardsigmoid
    nn.Hardswish nn.ReLU6 nn.RReLU nn.CELU nn.GLU nn.Tanhshrink nn.Hardshrink nn.Softshrink nn.Threshold
    nn.Conv2d nn.Conv1d nn.Conv3d nn.ConvTranspose2d nn.ConvTranspose1d nn.ConvTranspose3d nn.MaxPool2d
    nn.MaxPool1d nn.MaxPool3d nn.AvgPool2d nn.AvgPool1d nn.AvgPool3d nn.AdaptiveAvgPool2d
    nn.AdaptiveAvgPool1d nn.AdaptiveAvgPool3d nn.AdaptiveMaxPool2d nn.AdaptiveMaxPool1d
    nn.AdaptiveMaxPool3d nn.LPPool2d nn.LPPool1d nn.LPPool3d nn.FractionalMaxPool2d nn.FractionalMaxPool3d
    nn.BatchNorm1d nn.BatchNorm2d nn.BatchNorm3d nn.LayerNorm nn.GroupNorm nn.RMSNorm nn.InstanceNorm2d
    nn.InstanceNorm1d nn.InstanceNorm3d nn.LocalResponseNorm nn.CrossMapLRN2d nn.Dropout nn.Dropout2d
    nn.Dropout1d nn.Dropout3d nn.AlphaDropout nn.FeatureAlphaDropout nn.LSTM nn.GRU nn.RNN
    nn.TransformerEncoderLayer nn.TransformerEncoder nn.Embedding nn.EmbeddingBag nn.Upsample
    nn.UpsamplingNearest2d nn.UpsamplingBilinear2d nn.PixelShuffle nn.PixelUnshuffle nn.ZeroPad2d
    nn.ZeroPad1d nn.ZeroPad3d nn.ConstantPad2d nn.ConstantPad1d nn.ConstantPad3d nn.ReflectionPad2d
    nn.ReflectionPad1d nn.ReflectionPad3d nn.ReplicationPad2d nn.ReplicationPad1d nn.ReplicationPad3d
    nn.CircularPad2d nn.CircularPad1d nn.CircularPad3d nn.Flatten nn.Unflatten nn.ChannelShuffle nn.Unfold
    nn.Fold nn.CrossEntropyLoss nn.NLLLoss nn.MultiMarginLoss nn.BCEWithLogitsLoss nn.BCELoss nn.MSELoss
    nn.L1Loss nn.SmoothL1Loss nn.HuberLoss nn.CTCLoss nn.CosineEmbeddingLoss nn.GaussianNLLLoss
    nn.HingeEmbeddingLoss nn.KLDivLoss nn.MarginRankingLoss nn.MultiLabelMarginLoss
    nn.MultiLabelSoftMarginLoss nn.PoissonNLLLoss nn.SoftMarginLoss nn.TripletMarginLoss nn.Sequential
    nn.Parameter torch.optim.SGD torch.optim.Adam torch.optim.AdamW torch.optim.RMSprop
    torch.optim.Adagrad torch.optim.Adadelta torch.optim.Adamax torch.optim.NAdam torch.optim.RAdam
    torch.optim.ASGD torch.optim.Rprop torch.optim.Adafactor np.array np.load np.loadtxt np.genfromtxt
    torch.float32 torch.float torch.float64 torch.double torch.float16 torch.half torch.bfloat16
    torch.int64 torch.long torch.int32 torch.int torch.int16 torch.int8 torch.uint8 torch.bool np.float32
    np.float64 np.int64 np.int32 np.uint8 np.bool_ torch.pi torch.inf torch.nan np.pi np.nan np.inf len
    int float bool list tuple print .abs .acos .add .add_ .all .allclose .amax .amin .any .argmax .argmin
    .argsort .asin .atan .backward .bool .broadcast_to .ceil .chunk .clamp .clamp_ .clip .clone
    .contiguous .copy_ .cos .count_nonzero .cpu .cumprod .cumsum .det .detach .diag .dim .div .div_ .dot
    .double .eq .equal .erf .exp .expand .expand_as .expm1 .fill_ .flatten .flip .float .floor
    .floor_divide .gather .ge .gt .half .index_select .int .inverse .is_contiguous .isclose .isfinite
    .isinf .isnan .item .le .log .log10 .log1p .log2 .log_softmax .logical_and .logical_not .logical_or
    .logsumexp .long .lt .masked_fill .masked_select .matmul .max .maximum .mean .median .min .minimum .mm
    .movedim .mul .mul_ .mv .ne .neg .nelement .nonzero .norm .normal_ .numel .numpy .outer .permute .pow
    .prod .reciprocal .relu .repeat .requires_grad_ .reshape .reshape_as .retain_grad .roll .round .rsqrt
    .scatter .scatter_ .sigmoid .sign .sin .size .softmax .sort .split .sqrt .square .squeeze .std .stride
    .sub .sub_ .sum .t .tan .tanh .tile .to .tolist .topk .trace .transpose .tril .triu .trunc .type_as
    .unbind .unflatten .uniform_ .unique .unsqueeze .var .view .view_as .zero_ .shape .dtype .device .T
    .mT .grad .requires_grad .is_leaf .ndim .data
    """
)
"""What a project gives, then functions and values by their paths, then members behind a dot."""
