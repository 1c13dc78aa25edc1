// The invocation that runs, for log records.

import { isShared } from "./settings.mjs";

let single;
let storage;

if (isShared) {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  storage = new AsyncLocalStorage();
}

/** Returns what is known of the running invocation, undefined outside of one. */
export function current() {
  return storage ? storage.getStore() : single;
}

/** Runs a function as a part of an invocation. Without sharing, what runs later is a part of it too. */
export function runIn(values, action) {
  if (storage) {
    return storage.run(values, action);
  }
  single = values;
  return action();
}
