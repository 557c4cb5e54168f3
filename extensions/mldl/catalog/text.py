"""Rows for text: encoders, decoders and encoder-decoders of transformers, and small own networks.

Any published network of the kind fits its row by its name; those that are listed are well known.
Parameters (in millions, without a head) and FLOPs (an addition and a multiplication are two) were
counted on the meta device with transformers 5.23.0 and FlopCounterMode, for a text of 128 tokens.
"""

from dataclasses import replace

from .row import Backbone, Row, by_size
from .text_sources import ROWS_OF_TEXT

HUB = ("transformers",)
MIT = "mit"
TEXT = ("base", "packages", "engine", "text")
SAMPLES = (*TEXT, "text/samples", *ROWS_OF_TEXT)  # tables are read for predictions, too
STRINGS = (*SAMPLES, "text/strings")
LABELS, PAIRS = (*STRINGS, "text/labels"), (*STRINGS, "text/pairs")
WORDS, CORPUS = (*SAMPLES, "text/rows/columns", "text/words"), (*TEXT, "text/corpus")
PUBLISHED = "models/text/published"
CLASSES = ("single_label", "multi_label")
PRETRAINED = ("backbone", "pretrained", "pretrained_source", "weights_path")
SIZES = ("num_layers", "hidden_dim", "dropout", "activation")
SMOKE = {"num_epochs": 1, "max_samples": 64, "batch_size": 16, "pretrained": False}
SMALL = {**SMOKE, "backbone": None, "num_layers": 2, "hidden_dim": 64, "vocab_size": 512}
NEEDS = ("tokenizers", "transformers")
SCRATCH = {
    "num_layers": 2,
    "hidden_dim": 128,
    "dropout": 0.1,
    "activation": "gelu",
    "learning_rate": 1e-3,
    "weight_decay": 0.01,
    "batch_size": 64,
    "num_epochs": 10,
    "warmup_epochs": 0.5,
    "gradient_clipping": 1.0,
}
FINE_TUNING = {
    "learning_rate": 3e-5,
    "batch_size": 32,
    "num_epochs": 3,
    "warmup_epochs": 0.2,
    "freeze_epochs": 0,
    "patience": 3,
}

DEPTHS, WIDTHS = (2, 4, 12, 24), (128, 512, 768, 1024)  # BERT's tiny, small, base and large

ENCODERS = (
    Backbone("distilbert-base-uncased", HUB, 66.4, 11.17, reason="the usual start"),
    Backbone("bert-base-uncased", HUB, 109.5, 22.35, reason="the standard"),
    Backbone("bert-base-cased", HUB, 108.3, 22.35, reason="knows capitals, as of names"),
    Backbone("bert-base-multilingual-cased", HUB, 177.9, 22.35, reason="104 languages"),
    Backbone("roberta-base", HUB, 124.6, 22.35, reason="above BERT", licence=MIT),
    Backbone("roberta-large", HUB, 355.4, 78.92, reason="for a GPU", licence=MIT),
    Backbone("xlm-roberta-base", HUB, 278.0, 22.35, reason="100 languages", licence=MIT),
    Backbone("answerdotai/ModernBERT-base", HUB, 149.0, 29.34, reason="8,192 tokens"),
    Backbone("answerdotai/ModernBERT-large", HUB, 394.8, 89.72, reason="8,192 tokens"),
    Backbone("sentence-transformers/all-MiniLM-L6-v2", HUB, 22.7, 2.87, reason="the smallest"),
    Backbone("distilbert-base-cased", HUB, 65.2, 11.17, reason="knows capitals"),
)
DECODERS = (
    Backbone("distilgpt2", HUB, 81.9, 11.17, reason="half of gpt2"),
    Backbone("gpt2", HUB, 124.4, 22.35, reason="the usual start", licence=MIT),
    Backbone("gpt2-medium", HUB, 354.8, 78.92, reason="for a GPU", licence=MIT),
    Backbone("gpt2-large", HUB, 774.0, 184.21, reason="for a large GPU", licence=MIT),
    Backbone("EleutherAI/pythia-160m", HUB, 123.7, 22.35, reason="trained in the open"),
    Backbone("HuggingFaceTB/SmolLM2-135M", HUB, 134.5, 28.31, reason="recent, well read"),
)
ENCODER_DECODERS = (
    Backbone("t5-small", HUB, 60.5, 11.88, reason="the usual start"),
    Backbone("t5-base", HUB, 222.9, 52.55, reason="for a GPU"),
    Backbone("google/flan-t5-small", HUB, 60.5, 11.88, reason="follows instructions"),
    Backbone("google/flan-t5-base", HUB, 222.9, 52.55, reason="follows instructions"),
    Backbone("google/byt5-small", HUB, 299.1, 76.91, reason="bytes, for any script"),
    Backbone("facebook/bart-base", HUB, 139.4, 26.27, reason="rewrites, sums up"),
    Backbone("Helsinki-NLP/opus-mt-en-de", HUB, 74.4, 11.88, reason="English to German"),
    Backbone("t5-large", HUB, 737.7, 185.2, reason="for a large GPU"),
    Backbone("google/t5-efficient-tiny", HUB, 15.6, 2.08, reason="the smallest"),
)

DECODING = by_size(
    backbone=("distilgpt2", "gpt2", "gpt2-medium", "gpt2-large"),
    num_layers=(4, 6, 12, 24),
    hidden_dim=(128, 384, 768, 1024),
)

BERT = Row(
    task="classification",
    modality="text",
    architecture="bert",
    label="BERT",
    reason="reads a text in both directions",
    library_class="transformers.AutoModel",
    layers=(*LABELS, "models/text", "models/text/mean", PUBLISHED, "models/text/encoder"),
    objectives=CLASSES,
    settings=(*PRETRAINED, *SIZES, "lora"),
    sizes=by_size(
        backbone=(
            *("sentence-transformers/all-MiniLM-L6-v2", "distilbert-base-uncased"),
            *("bert-base-uncased", "roberta-large"),
        ),
        num_layers=DEPTHS,
        hidden_dim=WIDTHS,
    ),
    backbones=ENCODERS,
    library="transformers",
    weights=("huggingface", "custom"),
    own=True,
    any_published=True,
    widths=32,
    dependencies=("pyarrow", *NEEDS),
    defaults={**SCRATCH, "backbone": "distilbert-base-uncased", "weights_path": "weights/model"},
    tuning=FINE_TUNING,
    smoke=SMALL,
)
GPT = replace(
    BERT,
    architecture="gpt",
    label="GPT",
    reason="reads a text from its beginning",
    layers=(*LABELS, "models/text", "models/text/last"),
    models={
        "torch": ("models/gpt", "models/text/gpt"),
        "transformers": (PUBLISHED, "models/gpt/causal", "models/text/decoder"),
    },
    sizes=DECODING,
    backbones=DECODERS,
    library="",
    defaults={**BERT.defaults, "backbone": "gpt2"},
)
CUSTOM = Row(
    task="classification",
    modality="text",
    architecture="custom",
    label="Own encoder",
    reason="small, every line is yours",
    library_class="torch.nn.functional.scaled_dot_product_attention",
    layers=(*LABELS, "models/text", "models/text/mean", "models/text/custom"),
    objectives=CLASSES,
    settings=SIZES,
    sizes=by_size(num_layers=DEPTHS, hidden_dim=WIDTHS),
    widths=32,
    dependencies=("pyarrow", *NEEDS),
    defaults=SCRATCH,
    smoke={**SMOKE, "vocab_size": 512},
)
TAGGER = replace(
    BERT,
    task="nlp",
    layers=(*WORDS, "models/text", "models/text/each", PUBLISHED, "models/text/encoder"),
    objectives=("token",),
    sizes=by_size(
        backbone=(
            *("sentence-transformers/all-MiniLM-L6-v2", "distilbert-base-cased"),
            *("bert-base-cased", "roberta-large"),
        ),
        num_layers=DEPTHS,
        hidden_dim=WIDTHS,
    ),
    defaults={**BERT.defaults, "backbone": "bert-base-cased"},
)
OWN_TAGGER = replace(
    CUSTOM,
    task="nlp",
    layers=(*WORDS, "models/text", "models/text/each", "models/text/custom"),
    objectives=("token",),
)
LANGUAGE_MODEL = replace(
    BERT,
    task="nlp",
    architecture="gpt",
    label="GPT",
    reason="continues a text",
    library_class="torch.nn.functional.scaled_dot_product_attention",
    layers=(*CORPUS, "engine/draws"),
    models={
        "torch": ("models/gpt", "models/gpt/decoding", "models/gpt/language_model"),
        "transformers": (
            *("models/gpt/decoding", PUBLISHED, "models/gpt/causal"),
            "models/gpt/published",
        ),
    },
    objectives=("language_model",),
    sizes=DECODING,
    backbones=DECODERS,
    library="",
    dependencies=NEEDS,
    defaults={
        **SCRATCH,
        "backbone": "gpt2",
        "weights_path": "weights/model",
        "num_layers": 4,
        "dropout": 0.1,
    },
    smoke={**SMALL, "max_samples": None},
)
T5 = replace(
    BERT,
    task="nlp",
    architecture="t5",
    label="T5",
    reason="writes a text for a text",
    library_class="transformers.AutoModelForSeq2SeqLM",
    layers=(*PAIRS, PUBLISHED, "models/text/seq2seq"),
    objectives=("seq2seq",),
    sizes=by_size(
        backbone=("google/t5-efficient-tiny", "t5-small", "t5-base", "t5-large"),
        num_layers=(2, 6, 12, 24),
        hidden_dim=(128, 512, 768, 1024),
    ),
    backbones=ENCODER_DECODERS,
    defaults={**SCRATCH, "backbone": "t5-small", "weights_path": "weights/model"},
    tuning={**FINE_TUNING, "learning_rate": 3e-4, "num_epochs": 10},
)


def regression(row: Row) -> Row:
    """Return the same architecture with one or several numbers as its outputs."""
    return replace(row, task="regression", objectives=("targets",))


ROWS = (
    *(BERT, GPT, CUSTOM, regression(BERT), regression(CUSTOM)),
    *(TAGGER, OWN_TAGGER, LANGUAGE_MODEL, T5),
)
