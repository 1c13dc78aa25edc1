// globalThis.awslambda, which handlers and their libraries use.

import { runIn } from "./current.mjs";
import { isModern, noGlobal } from "./settings.mjs";
import { HttpResponseStream, streamifyResponse } from "./streaming.mjs";

const REQUEST_ID = Symbol.for("_AWS_LAMBDA_REQUEST_ID");
const TRACE_ID = Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID");
const TENANT_ID = Symbol.for("_AWS_LAMBDA_TENANT_ID");
const PROTECTED = [REQUEST_ID, TRACE_ID, TENANT_ID];

/** Values of the running invocation, as the package @aws/lambda-invoke-store offers them. */
class InvokeStore {
  static PROTECTED_KEYS = {
    REQUEST_ID,
    X_RAY_TRACE_ID: TRACE_ID,
    TENANT_ID,
  };

  constructor(storage) {
    this.storage = storage;
  }

  getContext() {
    return this.storage.getStore();
  }

  hasContext() {
    return this.getContext() !== undefined;
  }

  get(key) {
    return this.getContext()?.[key];
  }

  set(key, value) {
    if (PROTECTED.includes(key)) {
      throw new Error(`The value of ${String(key)} belongs to the runtime and cannot be changed`);
    }
    const context = this.getContext();
    if (context === undefined) {
      throw new Error("There is no invocation");
    }
    context[key] = value;
  }

  run(context, action) {
    return this.storage.run(context, action);
  }

  getRequestId() {
    return this.get(REQUEST_ID) ?? "-";
  }

  getXRayTraceId() {
    return this.get(TRACE_ID);
  }

  getTenantId() {
    return this.get(TENANT_ID);
  }
}

let store;

/** Sets the global object, before the module of the handler is loaded. */
export async function setGlobals() {
  if (noGlobal) {
    return;
  }
  globalThis.awslambda = { ...globalThis.awslambda, streamifyResponse, HttpResponseStream };
  if (isModern) {
    const { AsyncLocalStorage } = await import("node:async_hooks");
    store = new InvokeStore(new AsyncLocalStorage());
    globalThis.awslambda.InvokeStore = store;
  }
}

/** Runs a function as a part of an invocation. */
export function runInvocation(invocation, action) {
  const values = { requestId: invocation.requestId, tenantId: invocation.tenantId };
  if (!store) {
    return runIn(values, action);
  }
  const context = { [REQUEST_ID]: invocation.requestId, [TRACE_ID]: invocation.traceId };
  if (invocation.tenantId) {
    context[TENANT_ID] = invocation.tenantId;
  }
  return runIn(values, () => store.run(context, action));
}
