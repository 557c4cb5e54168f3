#: include "template/parts/tracking.py"
