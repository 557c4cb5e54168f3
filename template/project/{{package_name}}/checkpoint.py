#: include "template/parts/checkpoint.py"
