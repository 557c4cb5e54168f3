#: include "template/parts/perf.py"
