#: include model_settings_part
