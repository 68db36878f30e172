"""Tuning a network in :data:`PRECISION`: weights are kept in full beside it, so that small steps are not lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

PRECISION = "float32"
"""``bfloat16`` is faster on processors with matrix instructions for it (AMX) and half as fast on others."""
WARM_UP, LEAST, HEAD_RATE, DECAY, LONGEST_STEP = 0.06, 0.01, 1e-3, 0.01, 1.0


def precision() -> Any:
    """:data:`PRECISION` as torch names it."""
    import torch

    return getattr(torch, PRECISION)


class Descent:
    """AdamW on full copies of ``parameters``; the rate rises over the first steps and then falls to almost nothing.

    The parameters of ``network.head`` have a rate of their own.
    """

    def __init__(self, network: Any, parameters: list[Any], rate: float, steps: int) -> None:
        import torch

        self._torch = torch
        self._parameters = parameters
        self._full = [p.detach().float().clone().requires_grad_(True) for p in parameters]
        head = {id(p) for p in network.head.parameters()}
        own = [full for full, p in zip(self._full, parameters, strict=True) if id(p) in head]
        rest = [full for full, p in zip(self._full, parameters, strict=True) if id(p) not in head]
        groups = [{"params": rest, "lr": rate}, {"params": own, "lr": HEAD_RATE}]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=DECAY, betas=(0.9, 0.98), fused=True)
        self._rates = (rate, HEAD_RATE)
        self._steps = steps
        self._done = 0

    def step(self, loss: Any) -> None:
        """One step down the gradient of ``loss``."""
        loss.backward()
        left = max(LEAST, (self._steps - self._done) / self._steps)
        factor = min(1.0, (self._done + 1) / (WARM_UP * self._steps)) * left
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        for full, parameter in zip(self._full, self._parameters, strict=True):
            full.grad = parameter.grad.float()
            parameter.grad = None
        self._torch.nn.utils.clip_grad_norm_(self._full, LONGEST_STEP)
        self._optimizer.step()
        with self._torch.no_grad():
            self._torch._foreach_copy_(self._parameters, self._full)
        self._done += 1

    def restore(self) -> None:
        """Put the full weights into the network, for export."""
        with self._torch.no_grad():
            for full, parameter in zip(self._full, self._parameters, strict=True):
                parameter.data = full.data.clone()


def descend(
    network: Any, parameters: list[Any], rate: float, steps: int, losses: Iterable[Callable[[], Any]]
) -> Descent:
    """Take one step per loss. Each is called only when its turn comes."""
    network.train()
    descent = Descent(network, parameters, rate, steps)
    for loss in losses:
        descent.step(loss())
    network.eval()
    return descent
