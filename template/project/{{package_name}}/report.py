#: include "template/parts/supervised/report.py"
