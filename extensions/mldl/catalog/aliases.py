"""Names that people use for what a task has under another name, or has not: see `spelling.py`.

A name stands in letters and digits alone. Whole models with a name of their own, such as
`fasterrcnn_resnet50_fpn_v2`, are among the backbones of their architecture.
"""

from typing import NamedTuple


class Meaning(NamedTuple):
    """What a name stands for in the catalogue."""

    name: str  # an architecture or a metric
    reason: str = ""  # why, where the name alone does not say it
    backbone: str = ""
    part: bool = False  # the name is that of what a model may be built on, and of no model
    published: bool = False  # the name is that of a network at the hub, and is kept as it is


ON_FASTER_RCNN = "it is no detector by itself: Faster R-CNN is built on it"
REAL_TIME = "RT-DETR is the detector for real time here; the usual YOLO code is under the AGPL"
PIXELS = "it gives one class to an image: U-Net gives one to each pixel, from its features"

ENCODER = "it is an encoder, as BERT is"
DECODER = "it is a decoder, as GPT is"
BOTH = "it is an encoder and a decoder, as T5 is"
# Families of published networks: what a name without more means, and how others of it begin.
BERTS = {
    **{
        name: Meaning("bert", ENCODER, backbone)
        for name, backbone in (
            ("distilbert", "distilbert-base-uncased"),
            ("roberta", "roberta-base"),
            ("xlmroberta", "xlm-roberta-base"),
            ("modernbert", "answerdotai/ModernBERT-base"),
            ("minilm", "sentence-transformers/all-MiniLM-L6-v2"),
            ("mbert", "bert-base-multilingual-cased"),
        )
    },
    **{
        f"{name}*": Meaning("bert", ENCODER, published=True)
        for name in (
            *("bert", "distilbert", "distilroberta", "roberta", "xlmroberta", "modernbert"),
            *("deberta", "electra", "albert", "camembert", "minilm", "allminilm", "mpnet"),
            *("xlmr", "finbert", "scibert", "biobert", "tinybert", "mobilebert", "ettin"),
        )
    },
}
ENCODERS = {"encoder": Meaning("custom"), "transformerencoder": Meaning("custom")}
GPTS = {
    "nanogpt": Meaning("gpt", "a compact one of the project's own is in its manner"),
    "transformerdecoder": Meaning("gpt", DECODER),
    **{
        f"{name}*": Meaning("gpt", DECODER, published=True)
        for name in (
            *("gpt2", "gptneo", "distilgpt", "openaigpt", "pythia", "smollm", "llama", "qwen"),
            *("mistral", "gemma", "olmo", "opt1", "opt3", "bloom", "falcon", "phi1", "phi2"),
        )
    },
}
T5S = {
    **{
        name: Meaning("t5", reason, backbone)
        for name, reason, backbone in (
            ("flant5", "it is a T5", "google/flan-t5-small"),
            ("byt5", "it is a T5 of bytes", "google/byt5-small"),
            ("bart", BOTH, "facebook/bart-base"),
            ("marian", BOTH, "Helsinki-NLP/opus-mt-en-de"),
        )
    },
    **{
        f"{name}*": Meaning("t5", BOTH, published=True)
        for name in (
            *("t5", "flant5", "mt5", "byt5", "longt5", "umt5", "bart", "mbart", "opusmt"),
            *("marian", "pegasus", "nllb", "m2m100", "distilbart"),
        )
    },
}

# By task. A name that ends in * stands for all that begin so.
ARCHITECTURES: dict[str, dict[str, Meaning]] = {
    "detection": {
        "resnet": Meaning("faster_rcnn", ON_FASTER_RCNN, part=True),
        "efficientnet": Meaning("faster_rcnn", ON_FASTER_RCNN, "efficientnet_b0", part=True),
        "convnext": Meaning("faster_rcnn", ON_FASTER_RCNN, "convnext_tiny", part=True),
        "vit": Meaning("yolos", "YOLOS is a Vision Transformer that detects", part=True),
        "yolo*": Meaning("rt_detr", REAL_TIME),
    },
    "segmentation": {
        "resnet": Meaning("unet", PIXELS, part=True),
        "efficientnet": Meaning("unet", PIXELS, "efficientnet_b0", part=True),
        "vit": Meaning("segformer", "SegFormer is the transformer for pixels", part=True),
        **{
            f"{name}{backbone}": Meaning("deeplab", "it is DeepLab", backbone)
            for name in ("deeplabv3", "deeplabv3plus")
            for backbone in ("resnet50", "resnet101")
        },
        "deeplab*": Meaning("deeplab", "it is DeepLabV3+"),
        **{f"segformerb{size}": Meaning("segformer", "", f"mit_b{size}") for size in range(4)},
    },
    "classification": {**ENCODERS, **BERTS, **GPTS},
    "regression": {**ENCODERS, **BERTS},
    "nlp": {**ENCODERS, **BERTS, **GPTS, **T5S},
}
RECURRENT = {
    f"{name}*": Meaning("custom", "a small encoder that sees a whole text at once")
    for name in ("lstm", "gru", "rnn", "bilstm", "textcnn", "fasttext", "word2vec", "elmo")
}
# By task: what it has not, and what is nearest to it.
NEAREST: dict[str, dict[str, Meaning]] = {
    "detection": {
        "ssd*": Meaning("retinanet", "one stage with anchors"),
        "efficientdet*": Meaning("retinanet", "one stage on a pyramid of features"),
        "maskrcnn*": Meaning("faster_rcnn", "the same without masks; segmentation has Mask R-CNN"),
        "cascadercnn*": Meaning("faster_rcnn", "two stages"),
        "dfine*": Meaning("rt_detr", "a detector for real time"),
        "rfdetr*": Meaning("rt_detr", "a detector for real time"),
        "deformabledetr*": Meaning("rt_detr", "a transformer that looks at a few points"),
    },
    "segmentation": {
        "fcn*": Meaning("unet", "convolutional throughout"),
        "lraspp*": Meaning("deeplab", "on dilated features"),
        "pspnet*": Meaning("deeplab", "sees several scales at once"),
        "fpn*": Meaning("unet", "joins features of several scales"),
        "linknet*": Meaning("unet", "an encoder, a decoder and links between them"),
        "mask2former*": Meaning("segformer", "a transformer"),
        "yolo*": Meaning("mask_rcnn", "masks of objects"),
        "convnext*": Meaning("unet", "on a ResNet"),
    },
    "classification": RECURRENT,
    "regression": RECURRENT,
    "nlp": {
        **RECURRENT,
        "transformer": Meaning("t5", "an encoder and a decoder"),
        "pointer*": Meaning("t5", "writes a text for a text"),
    },
}
OVERLAP = "a box is right from an overlap (IoU) of 0.5 on: detection has no mean IoU"
PRECISION = {
    "iou": Meaning("map_50", OVERLAP),
    **dict.fromkeys(
        ("map50", "ap50", "map05"), Meaning("map_50", "average precision at an IoU of 0.5")
    ),
    **dict.fromkeys(
        ("map75", "ap75", "map075"), Meaning("map_75", "average precision at an IoU of 0.75")
    ),
    **dict.fromkeys(
        ("ap", "map5095", "map595", "meanaverageprecision"),
        Meaning("map", "average precision over IoUs from 0.5 to 0.95"),
    ),
}
# By objective.
METRICS: dict[str, dict[str, Meaning]] = {
    "boxes": PRECISION,
    "instance": PRECISION,
    "semantic": {
        **dict.fromkeys(("miou", "meaniou", "jaccard"), Meaning("iou", "the mean over classes")),
        **dict.fromkeys(("f1", "dicescore"), Meaning("dice", "Dice is the F1 of pixels")),
        "pixelaccuracy": Meaning("accuracy", "the part of the pixels that are right"),
    },
    "token": {
        **dict.fromkeys(
            ("entityf1", "spanf1", "strictf1", "seqeval"),
            Meaning("f1", "of whole entities, strictly"),
        ),
    },
    "language_model": {
        **dict.fromkeys(("bpb", "bitsperbytes"), Meaning("bits_per_byte")),
        **dict.fromkeys(
            ("bitspercharacter", "bpc"),
            Meaning("bits_per_byte", "in plain English a character is a byte"),
        ),
        "ppl": Meaning("perplexity"),
    },
    "seq2seq": {
        **dict.fromkeys(("wer",), Meaning("word_error_rate")),
        **dict.fromkeys(
            ("per", "phonemeerrorrate"),
            Meaning("word_error_rate", "phonemes that stand apart are counted as words are"),
        ),
        "cer": Meaning("character_error_rate"),
        **dict.fromkeys(("em", "accuracy"), Meaning("exact_match", "texts that are right")),
        **dict.fromkeys(("sacrebleu", "bleu4"), Meaning("bleu")),
        **dict.fromkeys(("chrf2", "chrfpp"), Meaning("chrf")),
    },
}


def meaning_in(table: dict[str, dict[str, Meaning]], key: object, name: str) -> Meaning | None:
    """Return what a task or objective takes for a name of letters and digits, if it does."""
    for known, found in table.get(str(key), {}).items():
        if name == known or (known.endswith("*") and name.startswith(known[:-1])):
            return found
    return None
