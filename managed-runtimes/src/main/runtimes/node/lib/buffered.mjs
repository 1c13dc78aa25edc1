// Handlers whose result is sent as a whole (contract templates-and-runtimes, section 7.3).

import { contextOf } from "./context.mjs";
import { describe, JSONStringifyError } from "./errors.mjs";
import { logError } from "./logs.mjs";
import { fail, respond } from "./api.mjs";
import { isModern } from "./settings.mjs";

/** Calls a handler; settles when the runtime has replied. */
export async function invokeBuffered(handler, invocation) {
  try {
    const event = JSON.parse(invocation.body);
    const result = await (isModern
      ? handler(event, contextOf(invocation))
      : callClassic(handler, event, contextOf(invocation)));
    await respond(invocation, toText(result));
  } catch (thrown) {
    logError("Invoke Error ", thrown);
    await fail(invocation, describe(thrown));
  }
}

function toText(result) {
  let text;
  try {
    text = JSON.stringify(result === undefined ? null : result);
  } catch {
    const message = "Unable to stringify response body";
    throw isModern ? new JSONStringifyError(message) : new Error(message);
  }
  if (text === undefined) {
    throw new TypeError("Wrong arguments");
  }
  return text;
}

const isThenable = value => typeof value?.then === "function";

/** Calls a handler that may return a promise, or have a callback and then wait for what is pending. */
function callClassic(handler, event, context) {
  return new Promise((resolve, reject) => {
    let waits = true;
    let settled = false;

    const settle = action => {
      if (!settled) {
        settled = true;
        whenIdle(undefined);
        action();
      }
    };
    let called = false;
    const callback = (error, value) => {
      if (called || settled) {
        return;
      }
      called = true;
      if (error !== null && error !== undefined) {
        settle(() => reject(error));
      } else if (waits) {
        whenIdle(() => settle(() => resolve(value)));
      } else {
        settle(() => resolve(value));
      }
    };
    const done = (error, value) => {
      waits = false;
      callback(error, value);
    };
    const full = {
      get callbackWaitsForEmptyEventLoop() {
        return waits;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waits = value;
      },
      succeed: value => done(null, value),
      fail: error => done(error === null || error === undefined ? "handled" : error),
      done,
      ...context,
    };

    whenIdle(() => settle(() => resolve(null)));
    let result;
    try {
      result = handler(event, full, callback);
    } catch (error) {
      settle(() => reject(error));
      return;
    }
    if (isThenable(result)) {
      result.then(
        value => settle(() => resolve(value)),
        error => settle(() => reject(error)),
      );
    }
  });
}

let idleAction;

/** Sets what happens when the event loop is empty; undefined for nothing. */
function whenIdle(action) {
  idleAction = action;
}

process.on("beforeExit", () => {
  const action = idleAction;
  idleAction = undefined;
  action?.();
});
