import json
import logging

import azure.functions as func


def main(message: func.QueueMessage, receipt: func.Out[str]) -> None:
    order = json.loads(message.get_body())
    logging.info("order %s, attempt %s", order["id"], message.dequeue_count)
    receipt.set(json.dumps({"order": order["id"], "total": order["price"] * order["count"]}))
