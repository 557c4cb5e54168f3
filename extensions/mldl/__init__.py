"""The thinking behind the template: catalogue, requests, advice, checks and emitters.

`mldl_extension.py` loads this package for each version of the template under a name of
its own. It uses the standard library and what Copier itself depends on, never torch.
"""
