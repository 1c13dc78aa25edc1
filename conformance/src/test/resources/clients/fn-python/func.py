"""A function that does what the body says; FdkTest lists what there is."""

import os

from fdk import response


def handler(context, data):
    body = data.getvalue().decode()
    if context.Method() and context.RequestURL():
        text = f"{context.Method()} {context.RequestURL()} {context.Headers().get('x-in')} {body}"
        return response.Response(context, text, {"X-Tea": "pot", "Content-Type": "text/plain"}, 418)
    verb, _, word = body.partition(" ")
    if verb == "fail":
        raise ValueError("no luck")
    if verb == "exit":
        os._exit(int(word))
    if verb == "print":
        print(word, flush=True)
        return answer(context, "printed")
    if verb == "pid":
        return answer(context, str(os.getpid()))
    if verb == "repeat":
        return answer(context, "x" * int(word))
    return answer(context, f"Hello, {body}!", {"My-Header": "a"})


def answer(context, text, headers=None):
    return response.Response(context, text, {"Content-Type": "text/plain", **(headers or {})})
