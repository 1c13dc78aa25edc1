// Visits a site as a person does, with headless Chromium, and prints what it saw as JSON.
// Without a site it only tries whether Chromium runs here.
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

const [site, name] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args,
  headless: "shell",
});
try {
  if (site !== undefined) {
    console.log(JSON.stringify(await visit(await browser.newPage())));
  }
} finally {
  await browser.close();
}

async function visit(page) {
  const seen = {};
  const text = (selector) => page.$eval(selector, (element) => element.textContent);

  const first = await page.goto(site, { waitUntil: "networkidle0" });
  seen.status = first.status();
  seen.title = await page.title();
  seen.pixelWidth = await page.$eval("#pixel", (image) => image.naturalWidth);
  seen.cookies = (await page.cookies())
    .map((cookie) => cookie.name)
    .sort()
    .join(" ");

  await page.reload({ waitUntil: "networkidle0" });
  seen.visits = await text("#visits");

  await page.type("input[name=name]", name);
  await Promise.all([page.waitForNavigation(), page.click("button")]);
  seen.greeting = await text("h1");

  const redirected = await page.goto(new URL("old", site).href, { waitUntil: "networkidle0" });
  seen.redirectStatus = redirected.request().redirectChain()[0]?.response()?.status();
  seen.redirectedTo = new URL(page.url()).pathname + new URL(page.url()).search;
  return seen;
}
