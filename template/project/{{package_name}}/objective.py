#: include objective_part
