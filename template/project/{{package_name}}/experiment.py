#: include "template/parts/experiment.py"
