#: include "template/parts/" ~ family ~ "/data/info.py"
