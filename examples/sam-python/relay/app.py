"""Calls another function, as an SDK does: at AWS_ENDPOINT_URL_LAMBDA, which is Rapid itself."""
import json
import os
import urllib.request


def lambda_handler(event, context):
    endpoint = os.environ["AWS_ENDPOINT_URL_LAMBDA"]
    url = f"{endpoint}/2015-03-31/functions/{os.environ['CALLED']}/invocations"
    payload = {"httpMethod": "POST", "body": json.dumps({"name": "relay"})}
    with urllib.request.urlopen(url, json.dumps(payload).encode()) as response:
        answer = json.load(response)
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"relayed": json.loads(answer["body"])["message"]}),
    }
