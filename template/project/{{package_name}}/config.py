#: include "template/parts/" ~ family ~ "/config.py"
