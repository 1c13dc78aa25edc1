// A small site with Hono and its adapter for Lambda.
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { getCookie, setCookie } from "hono/cookie";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const site = new Hono();

site.get("/", (c) => {
  const visits = Number(getCookie(c, "visits") ?? "0") + 1;
  setCookie(c, "visits", String(visits));
  setCookie(c, "theme", "dark; blue");
  return c.html(`<!doctype html><meta charset="utf-8"><title>Node site</title>
<img id="pixel" src="/pixel.png">
<form method="post" action="/greet"><input name="name"><button>Greet</button></form>
<p id="visits">${visits}</p>`);
});

site.get("/pixel.png", (c) => c.body(PIXEL, 200, { "content-type": "image/png" }));

site.post("/greet", async (c) => {
  const form = await c.req.parseBody();
  return c.html(`<!doctype html><meta charset="utf-8"><h1>Hello, ${form.name}!</h1>`);
});

site.get("/old", (c) => c.redirect("/?from=old%20page", 302));

export const handler = handle(site);
