#: include "template/parts/settings.py"
