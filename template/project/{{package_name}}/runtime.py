#: include "template/parts/runtime.py"
