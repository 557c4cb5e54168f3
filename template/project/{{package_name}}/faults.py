#: include "template/parts/faults.py"
