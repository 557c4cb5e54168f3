#: include source_part
