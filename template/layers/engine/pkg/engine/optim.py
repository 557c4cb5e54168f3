"""Optimizers, learning-rate schedules, and the norm of the gradient."""

import math
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

SMALL = 100_000  # weights whose gradients are copied into one tensor to take their norm
LARGE = 2**18  # weights in a tensor whose norm a dot product is faster for


def build_optimizer(
    model: nn.Module, name: str, learning_rate: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Make an optimizer; weight decay is not applied to biases and norms, which have one axis."""
    matrices = [weight for weight in model.parameters() if weight.ndim > 1]
    others = [weight for weight in model.parameters() if weight.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": weight_decay}]
    groups.append({"params": others, "weight_decay": 0.0})
    optimizer: torch.optim.Optimizer = OPTIMIZERS[name](groups, lr=learning_rate)
    if name == "sgd":  # made by a first update that is skipped, it would never be filled
        for weight in model.parameters():
            optimizer.state[weight]["momentum_buffer"] = torch.zeros_like(weight)
    return optimizer


class Adam(torch.optim.Adam):
    """torch's own; a step calls the fused kernel at once: the Python around it can take longer."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Update every weight that has a gradient, unless `found_inf` is 1."""
        scale, bad = getattr(self, "grad_scale", None), getattr(self, "found_inf", None)
        groups = [[x for x in group["params"] if x.grad is not None] for group in self.param_groups]
        states = [[self.state[x] or self.begin(x) for x in weights] for weights in groups]
        steps = [[state["step"] for state in of_group] for of_group in states]
        if not (counters := [*chain(*steps)]):
            return
        torch._foreach_add_(counters, 1)
        for group, weights, of_group, counts in zip(
            self.param_groups, groups, states, steps, strict=True
        ):
            if not weights:
                continue
            kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
            kernel(
                weights,
                [weight.grad for weight in weights],
                [state["exp_avg"] for state in of_group],
                [state["exp_avg_sq"] for state in of_group],
                [],
                counts,
                lr=group["lr"],
                beta1=group["betas"][0],
                beta2=group["betas"][1],
                weight_decay=group["weight_decay"],
                eps=group["eps"],
                amsgrad=False,
                maximize=False,
                grad_scale=scale,
                found_inf=bad,
            )
        if bad is not None:
            torch._foreach_sub_(counters, [bad] * len(counters))

    def begin(self, weight: Tensor) -> dict[str, Tensor]:
        """Make the state of a weight that was never updated."""
        made = {name: torch.zeros_like(weight) for name in ("exp_avg", "exp_avg_sq")}
        made["step"] = torch.zeros((), device=weight.device)
        self.state[weight] = made
        return made


vars(Adam.step)["hooked"] = True  # so torch leaves out its wrapper for the profiler


def build_scheduler(
    optimizer: torch.optim.Optimizer, name: str, warmup: float, total: int
) -> LambdaLR:
    """Schedule the learning rate of `total` updates, `warmup` of them a linear warm-up.

    cosine decays to zero along half a wave; step takes a tenth after each third; exponential ends
    at a hundredth; plateau is constant, and `callbacks.py` halves it after half of `patience`.
    """

    def factor(update: int) -> float:
        if update < warmup:
            return (update + 1) / (warmup + 1)
        done = min(1.0, (update - warmup) / max(1.0, total - warmup))
        if name == "cosine":
            return 0.5 * (1 + math.cos(math.pi * done))
        decays = {"step": math.pow(0.1, int(3 * done)), "exponential": math.pow(0.01, done)}
        return decays.get(name, 1.0)

    return LambdaLR(optimizer, factor)


def rescale_gradients(
    optimizer: Any, total: Tensor | float, largest: float | None
) -> tuple[Tensor, Tensor]:
    """Let the optimizer divide all gradients by `total`, and clip their norm to `largest`.

    Returns, on the device: 1 if they cannot be used, otherwise 0 []; their norm [] before clipping.
    """
    groups = [group["params"] for group in optimizer.param_groups]
    grads: Any = [weight.grad for weight in chain(*groups) if weight.grad is not None]
    plain = type(grads[0]) is Tensor  # and whole
    on_cpu = plain and grads[0].device.type == "cpu"
    # A square that is too large for 32 bits is of use to no optimizer, unless it is clipped.
    wide = largest is not None and plain and grads[0].device.type != "mps"
    if plain and sum(map(Tensor.numel, grads)) < SMALL:  # to copy them takes less than many calls
        norm = norm_of(torch.cat([x if x.ndim == 1 else x.reshape(-1) for x in grads]), wide)
    elif on_cpu:
        norm = norm_of(norms_on_cpu(grads), wide)
        if wide and not norm.isfinite():  # which is no wait on a CPU
            norm = norm_of(torch.stack(torch._foreach_norm(grads, 2.0, torch.float64)), wide)
    else:
        dtype = torch.float64 if wide else None
        norm = norm_of(torch.stack(torch._foreach_norm(grads, 2.0, dtype)), wide)
    norm = (norm / total).float()
    #: if distributed
    norm = norm if plain else norm.full_tensor()
    #: endif
    bad = norm.mul(0.0).ne_(0.0)  # nan is not 0
    if largest is None:
        optimizer.grad_scale = scale_of(optimizer, total, norm)
    else:
        optimizer.grad_scale = (norm / largest).clamp(min=1.0) * total
    return bad, norm


def norm_of(numbers: Tensor, wide: bool) -> Any:
    """Return the norm [] of numbers [N], whose squares may need 64 bits."""
    return torch.linalg.vector_norm(numbers, dtype=torch.float64 if wide else None)


def norms_on_cpu(grads: list[Tensor]) -> Tensor:
    """Return the norms of some gradients; of large ones by a dot product, in half the time."""
    large = [x.as_strided([x.numel()], [1]) for x in grads if x.numel() >= LARGE]
    small = [x for x in grads if x.numel() < LARGE]
    norms = [torch.stack([torch.dot(x, x) for x in large]).sqrt()] if large else []
    norms += [torch.stack(torch._foreach_norm(small, 2.0))] if small else []
    return torch.cat(norms)


def scale_of(optimizer: Any, total: Tensor | float, like: Tensor) -> Tensor:
    """Return `total` as a tensor [] on the device; batches of one size share theirs."""
    if isinstance(total, Tensor):
        return total
    known: tuple[float, Tensor] | None = getattr(optimizer, "known_scale", None)
    if known is None or known[0] != total:
        known = optimizer.known_scale = total, like.new_full((), total)
    return known[1]


def supports_flags(optimizer: Any, device: torch.device) -> bool:
    """Return whether an optimizer heeds `grad_scale` and `found_inf`: torch's fused ones do."""
    return device.type != "mps" and getattr(optimizer, "_step_supports_amp_scaling", False)


def apply_now(optimizer: Any) -> None:
    """Divide the gradients, or drop bad ones, for an optimizer that heeds no flags.

    It waits for the device.
    """
    weights = [x for group in optimizer.param_groups for x in group["params"] if x.grad is not None]
    torch._foreach_div_([weight.grad for weight in weights], optimizer.grad_scale)
    if optimizer.found_inf:
        for weight in weights:
            weight.grad = None
    if getattr(optimizer, "_step_supports_amp_scaling", False):  # MPS wants them, too
        optimizer.grad_scale, optimizer.found_inf = optimizer.grad_scale.new_tensor([1.0, 0.0])
    else:
        del optimizer.grad_scale, optimizer.found_inf


#: if optimizer == "lion"
class Lion(torch.optim.Optimizer):
    """The sign of an interpolated momentum (Chen et al., 2023), for all weights at once."""

    _step_supports_amp_scaling = True  # as those that torch has fused

    def __init__(self, params: Any, lr: float, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Update every weight that has a gradient by the learning rate, up or down."""
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            if not weights:
                continue
            for weight in weights:
                self.state[weight].setdefault("momentum", torch.zeros_like(weight))
            momenta = [self.state[weight]["momentum"] for weight in weights]
            scale = getattr(self, "grad_scale", 1.0)
            grads = torch._foreach_div([weight.grad for weight in weights], scale)
            moves = torch._foreach_lerp(grads, momenta, 0.9)
            torch._foreach_sign_(moves)
            new = torch._foreach_mul(weights, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(new, moves, alpha=-group["lr"])
            bad = getattr(self, "found_inf", torch.zeros((), device=new[0].device)).bool()
            moved = torch._foreach_lerp(momenta, grads, 0.01)
            for old, value in zip([*weights, *momenta], [*new, *moved], strict=True):
                old.copy_(torch.where(bad, old, value))


#: endif
OPTIMIZERS: dict[str, Callable[..., Any]] = {
    "adam": partial(Adam, fused=True),
    "adamw": partial(Adam, fused=True, decoupled_weight_decay=True),
    "sgd": partial(torch.optim.SGD, momentum=0.9, nesterov=True, fused=True),
    #: if optimizer == "lion"
    "lion": Lion,
    #: endif
}
