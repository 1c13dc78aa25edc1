"""Cannot be loaded."""
raise LookupError("the function is broken")
