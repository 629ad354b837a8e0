"""For any WSGI server: `wsgi:app`. The settings come from the environment (docs/settings.md)."""

from clinic import wiring

app = wiring.web_app()
