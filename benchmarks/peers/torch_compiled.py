"""PyTorch with torch.compile."""

from . import torch_eager
from .task import Task, Trained


def train(task: Task) -> Trained:
    """Train as eager PyTorch does, with forward, loss and backward compiled."""
    return torch_eager.train(task, compiled=True)
