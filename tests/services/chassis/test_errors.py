"""The chassis's exceptions say what a person needs to mend things."""

from __future__ import annotations

from omnitech_chassis.errors import ChassisError, ConfigurationError, InjectedFault, Problem


def test_a_configuration_error_names_variable_rule_and_value() -> None:
    assert str(ConfigurationError("PORT", "must be free", 80)) == "PORT: must be free, not 80"
    assert str(ConfigurationError("DB_PASSWORD", "must be readable")) == "DB_PASSWORD: must be readable"


def test_all_are_of_one_tree() -> None:
    assert all(issubclass(kind, ChassisError) for kind in (ConfigurationError, Problem, InjectedFault))
