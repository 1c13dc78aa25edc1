// The life of a runtime: init, then one invocation after the other.

import { failInit, fail, next } from "./api.mjs";
import { invokeBuffered } from "./buffered.mjs";
import { describe, UnhandledPromiseRejection } from "./errors.mjs";
import { load, STREAMING } from "./loader.mjs";
import { logError, patchConsole } from "./logs.mjs";
import { concurrency, isModern, isShared, taskRoot } from "./settings.mjs";
import { runInvocation, setGlobals } from "./store.mjs";
import { invokeStreaming } from "./streaming.mjs";

const TRACE_VARIABLE = "_X_AMZN_TRACE_ID";
const EXIT_REJECTION = 128;
const EXIT_EXCEPTION = 129;

let running;
let dying = false;

/** Reports what ends the process, to the invocation that runs or to the init. */
async function die(heading, error, status) {
  if (dying) {
    return;
  }
  dying = true;
  logError(heading, error);
  const body = describe(error);
  try {
    await (running ? fail(running, body) : failInit(body));
  } finally {
    process.exit(status);
  }
}

function watchForFatalErrors() {
  process.on("uncaughtException", error => void die("Uncaught Exception ", error, EXIT_EXCEPTION));
  process.on("unhandledRejection", (reason, promise) => {
    const error = new UnhandledPromiseRejection(String(reason));
    error.reason = reason;
    error.promise = promise;
    void die("Unhandled Promise Rejection ", error, EXIT_REJECTION);
  });
}

async function searchNodePath() {
  const { parents } = await import("../node-path-hook.mjs");
  if (parents.length > 0) {
    await import("../node-path.mjs");
  }
}

async function init(name) {
  await setGlobals();
  await searchNodePath();
  try {
    return await load(taskRoot, name);
  } catch (error) {
    if (!isModern) {
      await die("Uncaught Exception ", error, EXIT_EXCEPTION);
    }
    logError("Init Error ", error);
    await failInit(describe(error));
    throw error;
  }
}

function setTrace(traceId) {
  if (traceId) {
    process.env[TRACE_VARIABLE] = traceId;
  } else {
    delete process.env[TRACE_VARIABLE];
  }
}

async function serve(handler) {
  const invoke = handler[STREAMING] === undefined ? invokeBuffered : invokeStreaming;
  while (!dying) {
    const invocation = await next();
    if (dying) {
      return;
    }
    if (!isShared) {
      setTrace(invocation.traceId);
      running = invocation;
    }
    await runInvocation(invocation, () => invoke(handler, invocation));
  }
}

export async function main(name) {
  patchConsole();
  if (!isModern) {
    watchForFatalErrors();
  }
  const handler = await init(name);
  for (let i = 0; i < concurrency; i++) {
    void serve(handler);
  }
}
