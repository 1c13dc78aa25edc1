"""Answers GET /hello with a greeting, and POST /hello with what it was sent."""
import json
import os


def lambda_handler(event, context):
    greeting = os.environ.get("GREETING", "Hello")
    if event.get("httpMethod") == "POST":
        name = json.loads(event["body"] or "{}").get("name", "stranger")
    else:
        name = (event.get("queryStringParameters") or {}).get("name", "world")
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"message": f"{greeting}, {name}!"}),
    }
