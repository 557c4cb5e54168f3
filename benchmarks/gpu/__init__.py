"""What a CUDA device makes of projects, beside loops by hand: `tests/gpu.py` calls it."""
