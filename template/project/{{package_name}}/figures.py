#: include figures_part
