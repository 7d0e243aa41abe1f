"""The fixtures of the plugin, whether or not it is installed in this environment."""

from helpers.pytest_plugin import api_clock, messages_api, wire_log

__all__ = ["api_clock", "messages_api", "wire_log"]
