#: include metrics_part
