def raises(event, context):
    raise ExceptionGroup("g", [ValueError("a"), KeyError("b")])
