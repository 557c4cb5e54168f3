#: include "template/parts/recovery.py"
