#: include "template/parts/errors.py"
