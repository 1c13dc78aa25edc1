// What node-path.mjs registers. Works in Node's thread of hooks and in the main thread.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const NOT_FOUND = "ERR_MODULE_NOT_FOUND";

/** Modules that would find the packages of a folder called node_modules, one for each folder. */
export const parents = (process.env.NODE_PATH ?? "")
  .split(":")
  .filter(folder => folder.endsWith("/node_modules") && existsSync(folder))
  .map(folder => pathToFileURL(join(folder, "..", "x.mjs")).href);

function isBare(specifier) {
  return !/^([./]|[a-z][a-z0-9+.-]*:)/i.test(specifier);
}

export function resolve(specifier, context, nextResolve) {
  if (parents.length === 0 || !isBare(specifier)) {
    return nextResolve(specifier, context);
  }
  let result;
  try {
    result = nextResolve(specifier, context);
  } catch (error) {
    return again(error, specifier, context, nextResolve);
  }
  return typeof result?.then === "function"
    ? result.catch(error => againLater(error, specifier, context, nextResolve))
    : result;
}

function again(error, specifier, context, nextResolve) {
  if (error?.code === NOT_FOUND) {
    for (const parentURL of parents) {
      try {
        return nextResolve(specifier, { ...context, parentURL });
      } catch {
        // The next folder may have it.
      }
    }
  }
  throw error;
}

async function againLater(error, specifier, context, nextResolve) {
  if (error?.code === NOT_FOUND) {
    for (const parentURL of parents) {
      try {
        return await nextResolve(specifier, { ...context, parentURL });
      } catch {
        // The next folder may have it.
      }
    }
  }
  throw error;
}
