#: include "template/parts/data/quarantine.py"
