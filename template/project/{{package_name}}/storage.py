#: include "template/parts/storage.py"
