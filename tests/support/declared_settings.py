"""What a class declares of its settings, as far as it is not what every setting has."""

from dataclasses import MISSING, fields

from glassnet.settings import Setting, settings_of

NOT_COMPARED = ("help", "name", "key", "label", "group")


def declared(owner):
    """Give the heading under which the settings of a class stand, and what is declared of each by its name."""
    usual = {one.name: getattr(Setting(), one.name) for one in fields(Setting) if one.name not in NOT_COMPARED}
    found = {}
    for setting in settings_of(owner):
        values = {name: getattr(setting, name) for name in usual}
        found[setting.name] = {
            name: value for name, value in values.items() if value is not MISSING and value != usual[name]
        }
    (group,) = {setting.group for setting in settings_of(owner)}
    return group, found
