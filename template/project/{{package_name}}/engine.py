#: include "template/parts/engine.py"
