"""Steps of the residual network of 20 layers for images of CIFAR's size: batch 128, SGD, 5 steps.

Shortcuts learn nothing in either: where the image is halved they take every other place and add channels of zeros.
"""

import itertools
from typing import Any

from bench import image_steps
from bench.job import Job

TITLE = "ResNet-20 on 32 x 32 x 3, batch 128, SGD; 5 training steps"
STEPS = 5


def thalweg() -> Job:
    """Return Thalweg's program of training steps."""
    from thalweg.network.presets.resnet import small_resnet

    return image_steps.thalweg(small_resnet(10, depth=20), STEPS)


def torch_eager() -> Job:
    """Return PyTorch's usual loop."""
    import torch
    from torch.nn import functional

    def normed(seen: int, filters: int, stride: int = 1) -> Any:
        convolution = torch.nn.Conv2d(seen, filters, 3, stride=stride, padding=1, bias=False)
        return torch.nn.Sequential(convolution, torch.nn.BatchNorm2d(filters))

    class Block(torch.nn.Module):
        def __init__(self, seen: int, filters: int):
            super().__init__()
            self.stride, self.more = (2, filters - seen) if filters > seen else (1, 0)
            self.first, self.second = normed(seen, filters, self.stride), normed(filters, filters)

        def forward(self, x: Any) -> Any:
            branch = self.second(functional.relu(self.first(x)))
            around = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
            return functional.relu(branch + around)

    def network():
        widths = (16, *[16] * 3, *[32] * 3, *[64] * 3)
        blocks = [Block(seen, filters) for seen, filters in itertools.pairwise(widths)]
        head = (torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(64, 10))
        return torch.nn.Sequential(normed(3, 16), torch.nn.ReLU(), *blocks, *head)

    return image_steps.torch_eager(network, STEPS)


PEERS = {"Thalweg": thalweg, "PyTorch eager": torch_eager}
