#: include "template/parts/" ~ family ~ "/data/inputs.py"
