"""One row for each source of data: what it feeds, what it reads, and its layers.

Only append: a name that a project was made with must stay known. The order is that of the
choices.
"""

from .source import Source
from .text_sources import FORMS, HUB, NLP, TEXT_SOURCES, TEXTS, texts

IMAGES = ("classification", "image")
LABELS = (IMAGES, ("regression", "image"))
BOXES = ("detection", "image")
MASKS = ("segmentation", "image")
TABLES = (("classification", "table"), ("regression", "table"))
FETCHED = "downloaded first: once, and resumed when it breaks off"
BY_NAME = "`data.dataset_path` names a data set of {}: it is downloaded at the first run."
# What files of annotations share.
ANNOTATED = ("image/annotated",)
SIZED = (*ANNOTATED, "image/annotated/sizes")
COCO = (*SIZED, "image/coco")
PAIRED = ("image/listed", "image/paired")
COCO_BOXES = (*COCO, "image/boxes/numbers", "image/boxes/xywh", "image/boxes/sources/coco")


SOURCES = {
    source.name: source
    for source in (
        Source(
            name="bundled",
            reason="a small set, with which everything can be tried",
            about="",
            feeds=(IMAGES, BOXES, MASKS, *TABLES, TEXTS[0], NLP),
            layers={},
            columns=("table", "text"),
            lacks=("multi_label",),
        ),
        Source(
            name="image_folder",
            reason="a folder per class: a path or an archive's URL",
            about="One folder of images for each class in `data.dataset_path`{fetched}. Folders "
            "inside one belong to its class; where the classes lie in `train/`, `val/` "
            "and `test/`, those are the splits, and one that is missing is drawn from "
            "`train/`. Whatever Pillow opens is read; files that it does not open are "
            "counted and named.",
            fetched=f", which is {FETCHED}, and unpacked beside the archive",
            feeds=(IMAGES,),
            layers={"labels": ("image/sources/folder",)},
            question="Where is the folder of classes? A path or an archive's URL",
            usual="data/images",
            reads="a folder, or the URL of an archive",
            remote=True,
            lacks=("multi_label",),
        ),
        Source(
            name="image_csv",
            reason="images and a CSV of targets: a path or URL",
            about="A CSV in `data.dataset_path`: one column of paths to images, the others are "
            "targets{fetched}.",
            fetched=f". It is {FETCHED}, and unpacked beside the archive",
            feeds=LABELS,
            layers={"labels": ("table/encodings", "table/dialect", "image/sources/csv")},
            question="Where is the CSV of paths and targets? A path or a URL",
            usual="data/labels.csv",
            reads="a CSV file or a folder with one, or the URL of either",
            files=(".csv",),
            remote=True,
            columns=("labels",),
        ),
        Source(
            name="table",
            reason="a CSV or Parquet file; a path or URL",
            about="A CSV or Parquet file in `data.dataset_path`{fetched}. Numbers, categories "
            "and missing values are all right.",
            fetched=f", which is {FETCHED}",
            feeds=TABLES,
            layers={"table": ("table/sources/file",)},
            question="Where is the CSV or Parquet file? A path or a URL",
            usual="data/table.csv",
            reads="a file in .csv, .tsv, .txt (also with .gz), .parquet or .pq",
            files=(
                *(".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"),
                *(".parquet", ".pq"),
            ),
            remote=True,
            columns=("table",),
        ),
        Source(
            name="torchvision",
            reason="a set of torchvision by name, as CIFAR10",
            about=BY_NAME.format("torchvision"),
            feeds=(IMAGES,),
            layers={"labels": ("image/sources/torchvision",)},
            question="What is the data set called in torchvision?",
            library="torchvision",
            examples={("image", "single_label"): ("CIFAR10", "")},
            lacks=("multi_label",),
            dependencies=("torchvision",),
        ),
        Source(
            name="huggingface",
            reason="a set of the hub by name, such as beans",
            about=BY_NAME.format("the Hugging Face hub"),
            feeds=(*LABELS, *TABLES, *TEXTS, NLP),
            layers={
                "labels": ("image/sources/huggingface",),
                "table": ("table/sources/huggingface",),
                **texts("huggingface", (*HUB, "text/rows/hub_rows"), "text", "words", "pairs"),
                **texts("huggingface", HUB, "corpus"),
            },
            question="What is the data set called on the hub?",
            usual="",
            library="the Hugging Face hub",
            examples={
                ("image", "single_label"): ("beans", ""),
                ("table", "single_label"): ("scikit-learn/adult-census-income", "income"),
                ("table", "targets"): ("scikit-learn/auto-mpg", "mpg"),
                ("text", "single_label"): ("fancyzhx/ag_news", "label"),
                ("text", "token"): ("lhoestq/conll2003", ""),
                ("text", "language_model"): ("roneneldan/TinyStories", ""),
                ("text", "seq2seq"): ("sentence-transformers/parallel-sentences-tatoeba", ""),
            },
            reads="the name of a data set on the hub",
            columns=("labels", "table", "text"),
            loader="huggingface",
            dependencies=("datasets",),
        ),
        Source(
            name="coco",
            reason="images and a JSON file in the form of COCO",
            about="A JSON file in the form of COCO in `data.dataset_path`, or a folder with one "
            "or several: `train/`, `valid/` and `test/` with a file in each are the "
            "splits. Images lie beside the file, in `images/` or where it says. Ids of "
            "categories may have gaps; predictions have them as they were. A crowd "
            "(`iscrowd`) is neither learnt nor missed.",
            feeds=(BOXES, MASKS),
            layers={
                "boxes": COCO_BOXES,
                "masks": (*COCO, "image/masks/sources/coco"),
                "instances": (*COCO_BOXES, "image/instances/sources/coco"),
            },
            question="Where is the JSON file of COCO, or the folder with it?",
            usual="data/coco",
            reads="a JSON file in the form of COCO, or a folder with one",
            files=(".json",),
            dependencies_of={"masks": ("pycocotools",)},
        ),
        Source(
            name="yolo",
            reason="images, a text file for each, and a data.yaml",
            about="A `data.yaml` as YOLO has it in `data.dataset_path`, or the folder with it: "
            "it names the classes and the folders of images, whose last `/images/` "
            "becomes `/labels/` for the text files. A missing text file is an image "
            "without objects.",
            feeds=(BOXES,),
            layers={"boxes": (*ANNOTATED, "image/boxes/sources/yolo")},
            question="Where is data.yaml, or the folder with it?",
            usual="data/yolo",
            reads="a data.yaml, or the folder with one",
            files=(".yaml", ".yml"),
        ),
        Source(
            name="voc",
            reason="images, and an XML file for each as of Pascal VOC",
            about="A folder of images and of XML files as Pascal VOC has them in "
            "`data.dataset_path`. Objects that are marked as difficult are neither learnt "
            "nor missed. Lists in `ImageSets/` are the splits.",
            feeds=(BOXES,),
            layers={
                "boxes": (*SIZED, "image/listed", "image/boxes/numbers", "image/boxes/sources/voc")
            },
            question="Which folder holds the images and XML files?",
            usual="data/voc",
            reads="a folder of images and XML files",
        ),
        Source(
            name="jsonl",
            reason="images and a metadata.jsonl, as the hub has them",
            about="A `metadata.jsonl` in `data.dataset_path`, as the Hugging Face hub has it, "
            "or the folder with it: a line for each image, with `file_name` and "
            "`objects`.",
            feeds=(BOXES,),
            layers={
                "boxes": (
                    *(*SIZED, "image/boxes/numbers", "image/boxes/xywh"),
                    "image/boxes/sources/jsonl",
                )
            },
            question="Where is metadata.jsonl, or the folder with it?",
            usual="data/metadata.jsonl",
            reads="a file in .jsonl, or the folder with a metadata.jsonl",
            files=(".jsonl",),
        ),
        Source(
            name="mask_folders",
            reason="a folder of images and one of masks, by name",
            about="A folder of images and one of masks in `data.dataset_path`, which are paired "
            "by their names: `a.jpg` and `a.png` or `a_mask.png`. A mask is a grey or "
            "palette image whose values are classes, or one of a colour for each, and 255 is "
            "void; or, for instances, each value is an object, and 0 the background. Lists "
            "in `ImageSets/`, as Pascal VOC has them, are the splits.",
            feeds=(MASKS,),
            layers={
                "masks": (*PAIRED, "image/masks/sources/folders"),
                "instances": (*PAIRED, "image/instances/sources/ids"),
            },
            question="Which folder holds the folders of images and masks?",
            reads="a folder with one of images and one of masks",
        ),
        Source(
            name="custom",
            reason="a small module to fill, with an example",
            about="Yours to describe in `{package}/data/custom.py`; the example in it works as "
            "it is.",
            feeds=(*LABELS, BOXES, MASKS, *TABLES, *TEXTS, NLP),
            layers={
                "labels": ("image/sources/custom",),
                "boxes": ("image/boxes/numbers", "image/boxes/sources/custom"),
                "masks": ("image/masks/sources/custom",),
                "instances": ("image/instances/marked", "image/instances/sources/custom"),
                "table": ("table/sources/custom",),
                **texts("custom", (), *FORMS),
            },
            columns=("labels", "table", "text"),
            loader="custom",
        ),
        *TEXT_SOURCES,
    )
}


def feeding(task: object, modality: object) -> dict[str, Source]:
    """Return the sources for a task on a modality, in the order of the choices."""
    cell = (task, modality)
    return {name: source for name, source in SOURCES.items() if cell in source.feeds}
