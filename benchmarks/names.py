"""What the contenders are called, for those who read results without any of their packages."""

OURS, AGAIN, PLAIN_LOOP = "project", "project again", "plain loop"
LIBRARY = "hand, model of transformers"  # of texts
HAND = ("hand", "hand channels_last")  # of which the faster one counts
REFERENCE = "torchvision"  # its training script, for detection
PEERS = ("Trainer", "Lightning", "accelerate")  # as documented
TUNED = " tuned"  # follows the name of a peer
