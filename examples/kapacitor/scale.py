"""A function that Kapacitor uses as a user-defined function: multiplies all numbers of its points."""


def handle(event, context):
    factor = event["context"]["options"].get("factor", [2.0])[0]
    for point in event["points"]:
        for name, value in point.get("fields", {}).items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                point["fields"][name] = value * factor
    return {"points": event["points"]}
