// Runs a handler with Rapid's own runtime: rapid-runtime.mjs HANDLER.
// Contract templates-and-runtimes, section 7.3.

import { main } from "./lib/main.mjs";

main(process.argv[2]);
