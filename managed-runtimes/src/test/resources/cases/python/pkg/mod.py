def handler(event, context):
    return "in package"
