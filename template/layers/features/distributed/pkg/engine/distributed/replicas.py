"""How ranks hold the weights: a copy each (DDP), or a shard each (FSDP2).

Seen from outside both are plain: a state_dict has whole tensors, so that a checkpoint is the same
file whatever wrote it, and goes on at any number of ranks.
"""

from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel

from ..errors import GaveUp
from ..recovery import attempt
from ..state import Loss, Objective


class Team:
    """The weights that all ranks train together."""

    def __init__(self, model: nn.Module, partial_use: bool) -> None:
        """Copy `model` to all ranks unless it is sharded.

        Args:
            model: The model of this rank.
            partial_use: Whether a step may leave some weights without a gradient.
        """
        self.model = model
        self.sharded = isinstance(model, FSDPModule)
        self.replica: Any = model
        if not self.sharded:
            self.replica = DistributedDataParallel(model, find_unused_parameters=partial_use)
            self.replica.broadcast_buffers = False  # `settle` averages them

    def wrap(self, objective: Objective) -> Objective:
        """Return an objective that trains the weights of all ranks."""

        def shared(model: nn.Module, batch: Any) -> Loss:
            if model is self.model and model.training:
                return objective(self.replica, batch)
            if not self.sharded:
                return objective(model, batch)
            if (done := attempt(partial(objective, model, batch))) is None:
                # Smaller parts would be out of step.
                raise GaveUp("out of memory in validation: lower training.batch_size")
            return done

        return shared

    def synchronise(self, wanted: bool) -> None:
        """Say whether the gradients of the next pass do."""
        if self.sharded:
            self.replica.set_requires_gradient_sync(wanted)
        else:
            self.replica.require_backward_grad_sync = wanted


def shard_model(model: Any) -> None:
    """Leave a share of each weight on this rank; repeated blocks are gathered one at a time."""
    model.to(memory_format=torch.contiguous_format)
    model.layout = "channels first: shards have no other"
    mesh = init_device_mesh(next(model.parameters()).device.type, (dist.get_world_size(),))
    for module in reversed([*model.modules()]):  # the innermost first
        kinds = [type(child) for child in module.children()]
        for child in module.children():
            repeated = isinstance(module, nn.Sequential | nn.ModuleList)
            if repeated and kinds.count(type(child)) > 1 and any(True for _ in child.parameters()):
                fully_shard(child, mesh=mesh)
    # Left whole after a validation, a backbone could not be frozen or thawed.
    fully_shard(model, mesh=mesh, reshard_after_forward=True)
    if hasattr(model, "generate"):  # which needs whole weights, too
        register_fsdp_forward_method(model, "generate")
    model.register_state_dict_post_hook(gather_weights)
    model.register_load_state_dict_pre_hook(scatter_weights)


def gather_weights(model: nn.Module, found: dict[str, Any], prefix: str, _: Any) -> None:
    """Make the tensors of a state_dict whole."""
    for name in [name for name in found if name.startswith(prefix)]:
        found[name] = gathered(found[name])


def scatter_weights(model: nn.Module, given: dict[str, Any], prefix: str, *_: Any) -> None:
    """Keep what this rank has of the tensors to load."""
    for name, weight in model.named_parameters():
        if prefix + name in given:
            given[prefix + name] = scattered(given[prefix + name], weight)


def shard_optimizer(optimizer: Any) -> None:
    """Let the state of an optimizer of shards look like that of whole weights."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]

    def gather(_: Any, found: dict[str, Any]) -> dict[str, Any]:
        return found | {"state": each(found["state"], lambda value, weight: gathered(value))}

    def scatter(_: Any, given: dict[str, Any]) -> dict[str, Any]:
        return given | {"state": each(given["state"], scattered)}

    def each(states: Any, change: Callable[[Any, Tensor], Any]) -> dict[int, Any]:
        return {
            number: {name: change(value, weights[number]) for name, value in state.items()}
            for number, state in states.items()
        }

    optimizer.register_state_dict_post_hook(gather)
    optimizer.register_load_state_dict_pre_hook(scatter)
    if "nesterov" in optimizer.defaults:
        optimizer.step = MethodType(step_on_shards, optimizer)


@torch.no_grad()
def step_on_shards(optimizer: Any) -> None:
    """Take a step of SGD: its kernel, unlike Adam's, knows no DTensor."""
    for group in optimizer.param_groups:
        weights = [weight for weight in group["params"] if weight.grad is not None]
        momenta = [optimizer.state[weight]["momentum_buffer"] for weight in weights]
        tensors = weights, [weight.grad for weight in weights], momenta
        names = ("lr", "weight_decay", "momentum", "dampening", "nesterov", "maximize")
        torch._fused_sgd_(
            *([tensor.to_local() for tensor in kind] for kind in tensors),
            **{name: group[name] for name in names},
            is_first_step=False,
            grad_scale=optimizer.grad_scale,
            found_inf=optimizer.found_inf,
        )


def gathered(value: Any) -> Any:
    """Return the whole of a tensor: on the CPU of rank 0; others keep their shards."""
    if not isinstance(value, DTensor):
        return value
    entire = value.full_tensor()  # all ranks take part
    return entire.cpu() if dist.get_rank() == 0 else value


def scattered(value: Any, weight: Tensor) -> Any:
    """Return this rank's shard of a tensor that is as large as `weight`."""
    fits = isinstance(value, Tensor) and not isinstance(value, DTensor)
    if not (fits and isinstance(weight, DTensor) and value.shape == weight.shape):
        return value
    return distribute_tensor(value.to(weight.device), weight.device_mesh, weight.placements)
