"""A whole project as a training script or a notebook that needs torch, NumPy and scikit-learn alone.

The recipe is that of `data.load` and `engine.trainer`, spelled out: the same split, scaling, initialization,
order of batches and optimizer, so that one seed gives the same losses, bit for bit, on one machine.
"""
