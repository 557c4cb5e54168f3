"""Advice on the goal, the training and what a run leaves behind."""

from ..catalog import Row
from ..catalog.datasets import chosen
from ..catalog.features import JOINT
from ..catalog.tasks import form_of
from .advisor import Advice, Facts, advises, always, defaults, is_small


@advises("target_metric")
def target_metric(facts: Facts) -> Advice:
    """Measure a stated value by the row's primary metric."""
    row: Row | None = facts["row"]
    if row and facts.get("target_value") is not None and facts["objective"] in row.metrics:
        return Advice(row.metrics[facts["objective"]][0], "the usual metric of the task")
    return Advice("", "no goal is stated")


always("target_value", None, "no goal is stated")
always("stop_at_target", False, "going on may do better still")
always("max_training_time_hours", None, "no limit is stated")
always("max_inference_time_ms", None, "no limit is stated")


@advises("num_epochs")
def num_epochs(facts: Facts) -> Advice:
    """Take the row's, or what data of this kind usually need."""
    if row_value := defaults(facts).get("num_epochs"):
        form, known = form_of(facts["modality"], facts["objective"]), chosen(facts)
        many = form in JOINT and (facts["num_samples"] or 0) >= 2000
        if many and not (known and known.defaults_of):
            return Advice(row_value // 2, "many images make an epoch long")
        return Advice(row_value, "what this architecture needs on data of this size")
    if facts["pretrained"]:
        return Advice(10, "pretrained weights need few")
    if is_small(facts):
        return Advice(10, "enough for small images")
    return Advice(30, "weights from scratch need more")


@advises("batch_size")
def batch_size(facts: Facts) -> Advice:
    """Fit the batch to the memory and to the data."""
    if facts["modality"] == "table" and (facts["num_samples"] or 0) > 10_000:
        return Advice(256, "rows are small and many")
    if row_value := defaults(facts).get("batch_size"):
        return Advice(row_value, "small data want many small steps")
    samples = facts["num_samples"] or 10_000
    if form_of(facts["modality"], facts["objective"]) in JOINT:
        return marked_batch(max(facts["input_shape"][1:], default=0))
    if is_small(facts):
        return Advice(64 if samples >= 1000 else 16, "small images fit easily")
    memory = facts["memory_gb"] if facts["gpus"] else None
    if memory and memory >= 40 and samples >= 2000:
        return Advice(128, f"{memory:g} GB hold it")
    return Advice(32 if samples >= 500 else 16, "fits most devices")


def marked_batch(side: int) -> Advice:
    """Return a batch of images of so many pixels a side, in which boxes or masks are marked."""
    if side <= 128:
        return Advice(16, "small images fit easily")
    return Advice(8 if side <= 512 else 4, "each image gives much to learn, and takes much memory")


always("accumulation_steps", 1, "the batch fits as it is")


@advises("optimizer")
def optimizer(facts: Facts) -> Advice:
    """Take the one that needs the least tuning."""
    return Advice("adamw", "quick, and its weight decay is sound")


@advises("learning_rate")
def learning_rate(facts: Facts) -> Advice:
    """Scale the row's rate to the optimizer, and spare pretrained weights."""
    rate = float(defaults(facts).get("learning_rate", 1e-3))
    reasons = ["the usual one of this architecture"]
    row: Row | None = facts["row"]
    tuned = row is not None and "learning_rate" in row.tuning  # for pretrained weights already
    if facts["pretrained"] and not is_small(facts) and not tuned:  # of large images must adapt
        rate, reasons = rate / 10, [*reasons, "a tenth of it to spare pretrained weights"]
    factor = {"sgd": 10.0, "lion": 1 / 3}.get(facts["optimizer"])
    if factor:
        rate, reasons = rate * factor, [*reasons, f"scaled for {facts['optimizer']}"]
    return Advice(float(f"{rate:.1e}"), ", ".join(reasons))


@advises("weight_decay")
def weight_decay(facts: Facts) -> Advice:
    """Scale the row's decay to the optimizer."""
    decay = float(defaults(facts).get("weight_decay", 0.01))
    if facts["optimizer"] in ("sgd", "adam"):
        return Advice(1e-4, f"{facts['optimizer']} adds it to the gradient")
    return Advice(decay, "the usual one of this architecture")


always("lr_scheduler", "cosine", "decays smoothly to zero over the epochs")


@advises("warmup_epochs")
def warmup_epochs(facts: Facts) -> Advice:
    """Let the learning rate rise where early steps are wild."""
    value = float(defaults(facts).get("warmup_epochs", 0.0))
    value = min(value, round(facts["num_epochs"] / 3, 1))
    reason = "its first steps are wild" if value else "its first steps are calm"
    return Advice(value, reason)


@advises("freeze_epochs")
def freeze_epochs(facts: Facts) -> Advice:
    """Train a new head alone before it disturbs pretrained features."""
    if "freeze_epochs" in defaults(facts):
        return Advice(defaults(facts)["freeze_epochs"], "a low learning rate spares the weights")
    if facts["pretrained"] and not is_small(facts) and facts["num_epochs"] > 1:
        return Advice(1, "the new head learns before it disturbs the pretrained weights")
    return Advice(0, "there is nothing to spare: all weights learn at once")


always("early_stopping", True, "no time is spent once nothing improves")


@advises("patience")
def patience(facts: Facts) -> Advice:
    """Wait longer where epochs are short."""
    return Advice(defaults(facts).get("patience", 5), "about what noise takes to settle")


always("min_delta", 0.0, "any improvement counts")


@advises("monitor")
def monitor(facts: Facts) -> Advice:
    """Follow the loss for numbers, the primary metric for classes."""
    row: Row | None = facts["row"]
    metric = facts["target_metric"]
    names = row.metrics.get(facts["objective"], ()) if row else ()
    if metric in names:
        return Advice(f"val_{metric}", "the goal is stated in it")
    if usual := defaults(facts).get("monitor"):
        return Advice(usual, "what these data are measured by")
    if facts["modality"] == "table" or not names or facts["task"] == "regression":
        return Advice("val_loss", "steadier than a metric on few samples")
    return Advice(f"val_{names[0]}", "what the task is measured by")


@advises("gradient_clipping")
def gradient_clipping(facts: Facts) -> Advice:
    """Clip where gradients are known to jump."""
    value = defaults(facts).get("gradient_clipping")
    return Advice(value, "its gradients jump at times" if value else "not needed")


always("mixed_precision", True, "faster on devices that can, no change on others")


@advises("distributed")
def distributed(facts: Facts) -> Advice:
    """Ask for it where there are several GPUs, or a launch file for several nodes."""
    if facts.get("slurm") or facts.get("kubernetes"):
        return Advice(True, "the launch files are for several nodes")
    if facts["gpus"] > 1:
        return Advice(True, f"there are {facts['gpus']} GPUs")
    return Advice(False, "one device")


always("label_smoothing", 0.0, "plain classes")
always("class_weights", False, "classes count as often as they occur")
always("weighted_sampling", False, "samples are drawn as they occur")
always("seed", 0, "fixes everything that is random")
always("tensorboard_enabled", True, "curves at no cost")
always("tensorboard_log_dir", "logs/", "the usual place")


@advises("checkpoint_dir")
def checkpoint_dir(facts: Facts) -> Advice:
    """Stay clear of the logs, those of configs/smoke.yaml too."""
    logs = facts["tensorboard_log_dir"].partition("/")[0].lower()
    if facts["tensorboard_enabled"] and logs in ("checkpoints", "checkpoints-smoke"):
        return Advice("saved/", f"{logs} holds the logs")
    return Advice("checkpoints/", "the usual place")


always("save_frequency", 1, "a crash costs one epoch at most")
always("wandb_enabled", False, "nothing leaves your machine")
always("wandb_project", "", "the project's name")
always("lora", False, "for weights that a device cannot train as a whole")
always("ema", False, "a running average of the weights pays on long runs")

always("engine_tests", False, "the template runs them for every version")


@advises("docker")
def docker(facts: Facts) -> Advice:
    """Pack what is to be deployed."""
    if facts["task_type"] == "deployment":
        return Advice(True, "a model is deployed as an image, as a rule")
    return Advice(False, "asked for by few")


always("slurm", False, "asked for by few")
always("kubernetes", False, "asked for by few")
