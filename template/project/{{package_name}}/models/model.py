#: include model_part
