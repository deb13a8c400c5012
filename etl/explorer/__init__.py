"""The explorer: web pages, an HTTP API and MCP over the published build."""
