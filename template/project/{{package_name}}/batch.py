#: include "template/parts/supervised/batch.py"
