"""Writing configs/config.yaml, configs/smoke.yaml and configs/config.schema.json.

A setting gets the value of the answer of the same name, else the default of its
dataclass. Its comment is what the source says of it.
"""

import json
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from .config_source import MISSING, Setting, Source, read_settings
from .emit import yaml_value

# Where settings are defined, in the package.
MODULES = (
    *("data/settings.py", "models/settings.py", "task/settings.py", "engine/settings.py"),
    "config.py",
)
PARTS = ("data/target_settings.py",)  # of some of these, in some projects
WIDTH = 100


def source(context: Context) -> Source:
    """Return the settings of the project, from its modules as they are rendered."""
    session, variables = context["_mldl"], context.get_all()
    if session.settings is None:
        parts = dict(context["layers"])
        names = [f"{context['package_name']}/{name}" for name in (*MODULES, *PARTS)]
        found = [parts[name] for name in names if name in parts]
        modules = [context.environment.get_template(name) for name in found]
        session.settings = read_settings(module.render(variables) for module in modules)
    settings: Source = session.settings
    return settings


@pass_context
def config_yaml(context: Context, smoke: bool = False) -> str:
    """Return all settings as YAML with their comments."""
    values = dict(context.get_all())
    values.update(context["smoke"] if smoke else {})
    found = source(context)
    lines = []
    for section, settings in found.sections.items():
        if not settings:
            continue  # a task without settings
        lines.append(f"{section}:")
        for setting in settings:
            lines += [f"  # {line}" for line in wrap(setting.text, WIDTH - 4)]
            value = value_of(setting, values, found)
            lines.append(f"  {setting.name}: {yaml_value(value)}")
        lines.append("")
    return "\n".join(lines).rstrip()


@pass_context
def config_schema(context: Context) -> str:
    """Return the JSON schema of the YAML files, for editors."""
    found = source(context)
    sections = {
        section: {
            "type": "object",
            "additionalProperties": False,
            "properties": {each.name: described(each, found) for each in settings},
        }
        for section, settings in found.sections.items()
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Settings of {context['project_name']}",
        "type": "object",
        "additionalProperties": False,
        "properties": sections,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False)


def described(setting: Setting, found: Source) -> dict[str, Any]:
    """Return the schema of one setting, with its text and default."""
    schema = {"description": setting.text, **found.schema(setting.annotation)}
    return schema if setting.default is MISSING else {**schema, "default": setting.default}


def value_of(setting: Setting, values: Mapping[str, Any], found: Source) -> Any:
    """Return the answer of the same name, or the default where there is none."""
    value = values.get(setting.name)
    if value in (None, "", []):
        explicit = setting.name in values.get("smoke", {}) and value is None
        value = None if explicit and setting.default is None else setting.default
        value = values.get(setting.name) if value is MISSING else value
    schema = found.schema(setting.annotation)
    kinds = {option.get("type") for option in schema.get("anyOf", [schema])}
    if type(value) is int and "number" in kinds and "integer" not in kinds:
        return float(value)
    return value


GLOBALS = {"config_yaml": config_yaml, "config_schema": config_schema}
