"""A small site with Starlette, behind Mangum."""

import base64

from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

PAGE = """<!doctype html><meta charset="utf-8"><title>Python site</title>
<img id="pixel" src="/pixel.png">
<form method="post" action="/greet"><input name="name"><button>Greet</button></form>
<p id="visits">{visits}</p>"""


async def home(request):
    visits = int(request.cookies.get("visits", "0")) + 1
    response = HTMLResponse(PAGE.format(visits=visits))
    response.set_cookie("visits", str(visits))
    response.set_cookie("theme", "dark; blue")
    return response


async def pixel(request):
    return Response(PIXEL, media_type="image/png")


async def greet(request):
    form = await request.form()
    return HTMLResponse(f"<!doctype html><meta charset='utf-8'><h1>Hello, {form['name']}!</h1>")


async def old(request):
    return RedirectResponse("/?from=old%20page", status_code=302)


site = Starlette(
    routes=[
        Route("/", home),
        Route("/pixel.png", pixel),
        Route("/greet", greet, methods=["POST"]),
        Route("/old", old),
    ]
)

handler = Mangum(site, lifespan="off")
