#: include "template/parts/optim.py"
