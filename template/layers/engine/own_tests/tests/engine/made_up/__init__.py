"""Five tasks that no project has yet, each with something new to the engine.

    boxes     padded targets of any number; losses that the model makes, and none in validation
    tokens    a loss that is a sum over tokens, of which each sample has its own number
    gan       two phases in each update, and latents that belong to samples
    denoiser  noise that belongs to samples; nothing to measure but the loss
    stream    data without a length, whose loader keeps a position of its own

They need nothing but the engine: a task of your own can be like one of them.
"""

from .boxes import BOXES
from .denoiser import DENOISER
from .gan import GAN
from .stream import STREAM
from .tokens import TOKENS

TASKS = [BOXES, TOKENS, GAN, DENOISER, STREAM]
