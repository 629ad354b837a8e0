"""For any WSGI server: `wsgi:app`. The settings come from the environment (docs/settings.md)."""

from clinic import logs, wiring

logs.configure(wiring.settings().log_level)
app = wiring.web_app()
