// Runs a handler with AWS's client 3.x: start-aws-lambda-ric.mjs CLIENT HANDLER. Unlike the client's
// own program it prints nothing.

import { pathToFileURL } from "node:url";

const { run } = await import(pathToFileURL(process.argv[2]).href);
await run(process.cwd(), process.argv[3]);
