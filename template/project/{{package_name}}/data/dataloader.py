#: include "template/parts/" ~ family ~ "/data/dataloader.py"
