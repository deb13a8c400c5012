"""The frontier: pages to fetch and the state of hosts."""
