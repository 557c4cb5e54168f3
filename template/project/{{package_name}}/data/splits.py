#: include "template/parts/data/splits.py"
