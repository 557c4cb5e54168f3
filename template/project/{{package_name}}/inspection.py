#: include "template/parts/inspection.py"
