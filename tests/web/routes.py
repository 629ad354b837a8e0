"""The table of routes: each with the one permission it needs. A new route is written here or a test fails."""

ROUTES = {
    "GET /": "board.read",
    "GET /health": "health.read",
    "GET /healthz": "public",
    "GET /metrics": "public",
    "GET /readyz": "public",
    "GET /sign-in": "public",
    "GET /static/dist/<name>": "public",
    "POST /sign-in": "public",
    "POST /sign-out": "public",
}
