"""The layers of a project that tags words."""

SHARED = (
    *("base", "engine", "text", "text/samples", "table/encodings", "table/dialect", "text/rows"),
    *("text/rows/tables", "text/rows/columns", "text/words", "tasks/tokens"),
)
