"""One row for each source of texts; see `sources.py`."""

from .source import Source

TEXTS = (("classification", "text"), ("regression", "text"))
NLP = ("nlp", "text")
FORMS = ("text", "words", "corpus", "pairs")  # of text, by what comes with it
FOLDERS = {form: "labels" if form == "text" else form for form in FORMS}  # of their layers
# What readers of texts share.
FILES = ("packages/formats", "table/encodings", "text/rows")
LINES = ("packages/formats", "table/encodings", "table/dialect", "text/rows")
ROWS_OF_TEXT = (*LINES, "text/rows/tables")
HUB = ("packages/formats", "text/rows/hub")


def texts(name: str, shared: tuple[str, ...], *forms: str) -> dict[str, tuple[str, ...]]:
    """Return the layers of a source of text by form: what it shares, and what is its own."""
    return {form: (*shared, f"text/{FOLDERS[form]}/sources/{name}") for form in forms}


TEXT_SOURCES = (
    Source(
        name="text_table",
        reason="a CSV, TSV, JSONL or Parquet file of texts",
        about="A file in .csv, .tsv, .jsonl or .parquet in `data.dataset_path`, or a folder "
        "of such files, with `train`, `val` and `test` in their names where they are "
        "splits. The columns are found by their usual names, and said; settings name others.",
        feeds=(*TEXTS, NLP),
        layers=texts("table", ROWS_OF_TEXT, "text", "words", "pairs"),
        question="Where is the file of texts?",
        usual="data/texts.csv",
        reads="a file in .csv, .tsv, .json, .jsonl, .parquet or .pq, or a folder of such files",
        files=(
            *(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".pq"),
            *(".csv.gz", ".tsv.gz", ".jsonl.gz"),
        ),
        columns=("text",),
        lacks=("language_model",),
        dependencies=("pyarrow",),
    ),
    Source(
        name="text_folder",
        reason="a folder of .txt files for each class",
        about="One folder of .txt files for each class in `data.dataset_path`; where the "
        "classes lie in `train/`, `val/` and `test/`, those are the splits.",
        feeds=(TEXTS[0],),
        layers=texts("folder", LINES, "text"),
        question="Which folder holds the folders of classes?",
        reads="a folder with one of .txt files for each class",
        lacks=("multi_label",),
    ),
    Source(
        name="conll",
        reason="words and tags in columns, as CoNLL has them",
        about="Words and their tags in columns as CoNLL has them, in a file in "
        "`data.dataset_path` or in a folder of such files; a blank line ends a sentence. The "
        "scheme of the tags (IOB1, IOB2, IOE, IOBES, BILOU) is found, and said.",
        feeds=(NLP,),
        layers=texts("conll", LINES, "words"),
        question="Where is the file of words and tags, or the folder with such files?",
        usual="data/sentences.conll",
        reads="a file in .conll, .bio, .iob, .iob2, .conllu, .tsv or .txt, or a folder of them",
        files=(
            *(".conll", ".conllu", ".conll2003", ".bio", ".iob", ".iob2", ".bilou", ".iobes"),
            *(".tsv", ".txt"),
        ),
        lacks=("language_model", "seq2seq"),
    ),
    Source(
        name="parallel",
        reason="two text files, whose lines belong together",
        about="Two text files in the folder `data.dataset_path`, whose lines belong together: "
        "`train.en` and `train.de`, and likewise `val` and `test` where there are such.",
        feeds=(NLP,),
        layers=texts("parallel", LINES, "pairs"),
        question="Which folder holds the two text files?",
        usual="data/pairs",
        reads="a folder with two text files of as many lines",
        lacks=("token", "language_model"),
    ),
    Source(
        name="text_files",
        reason="running text: .txt, .jsonl or .parquet files",
        about="Running text in `data.dataset_path`: a .txt file, .jsonl or .parquet with a "
        "column of texts, or a folder of such files. What memory does not hold is streamed.",
        feeds=(NLP,),
        layers=texts("files", FILES, "corpus"),
        question="Where is the text: a file, or a folder of files?",
        usual="data/corpus.txt",
        reads="a file in .txt, .jsonl, .parquet or .pq, or a folder of such files",
        files=(".txt", ".jsonl", ".parquet", ".pq", ".txt.gz", ".jsonl.gz"),
        lacks=("token", "seq2seq"),
        dependencies=("pyarrow",),
    ),
)
