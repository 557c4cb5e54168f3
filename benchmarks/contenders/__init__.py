"""The loops that are measured: a file each, with `run` and `weights`."""
