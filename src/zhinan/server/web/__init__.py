"""Pages: read the request, call a query or an action, show what comes back."""
