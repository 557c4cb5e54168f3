#: include pictures_part
