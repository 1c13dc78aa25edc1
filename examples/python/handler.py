"""A handler in the form that AWS's Python runtime has, too."""


def handle(event, context):
    name = event.get("name", "stranger")
    if not isinstance(name, str):
        raise TypeError("name is not a string")
    print(f"greeting {name} for {context.aws_request_id}")
    return {"message": f"Hello, {name}!"}
