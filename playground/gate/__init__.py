"""What every request passes before and after the app: login, limits, the page's head, packing."""
