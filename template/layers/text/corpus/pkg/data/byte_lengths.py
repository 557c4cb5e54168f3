"""How many bytes of a text each of its tokens stands for."""

import numpy as np
import tokenizers


def byte_lengths(text: str, encoding: tokenizers.Encoding) -> list[int]:
    """Return the UTF-8 bytes that each token stands for; their sum is that of the text.

    What lies between two tokens counts for the second, what follows the last for that one, and
    the bytes of a character that has several tokens for the first of these.

    Args:
        text: What was encoded.
        encoding: What came of it, by `tokenizer.library.encode`.
    """
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    sizes = 1 + (codes > 0x7F).astype(np.int64) + (codes > 0x7FF) + (codes > 0xFFFF)
    before = np.concatenate([[0], sizes.cumsum()])  # bytes before each character
    ends = np.maximum.accumulate([end for _, end in encoding.offsets] or [0])
    ends[-1] = len(codes)
    lengths: list[int] = np.diff(before[ends], prepend=0).tolist()
    return lengths[: len(encoding.ids)]
