#: include "template/parts/data/loader.py"
