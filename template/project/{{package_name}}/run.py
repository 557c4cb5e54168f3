#: include "template/parts/run.py"
