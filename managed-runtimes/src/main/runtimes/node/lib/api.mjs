// The Runtime API over connections that stay open.

import http from "node:http";

const PREFIX = "/2018-06-01/runtime/";
const USER_AGENT = `rapid-nodejs/${process.versions.node}`;

const address = process.env.AWS_LAMBDA_RUNTIME_API ?? "";
const colon = address.lastIndexOf(":");
const target = {
  host: address.slice(0, colon).replace(/^\[|\]$/g, ""),
  port: address.slice(colon + 1),
  // An idle connection does not keep the event loop alive.
  agent: new http.Agent({ keepAlive: true }),
};

/** Opens a request. */
export function open(method, path, headers) {
  const request = http.request({
    ...target,
    method,
    path: PREFIX + path,
    headers: { "User-Agent": USER_AGENT, ...headers },
  });
  request.setNoDelay(true);
  return request;
}

/** Returns the answer to a request that has been, or will be, ended. */
export function answer(request) {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", response => {
      const chunks = [];
      response.on("data", chunk => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
  });
}

function call(method, path, headers, body) {
  const request = open(method, path, headers);
  const answered = answer(request);
  request.end(body);
  return answered;
}

/** Waits for an invocation. */
export async function next() {
  const response = await call("GET", "invocation/next", {});
  if (response.status !== 200) {
    throw new Error(`The Runtime API answers ${response.status}: ${response.body}`);
  }
  const headers = response.headers;
  return {
    requestId: headers["lambda-runtime-aws-request-id"],
    delivery: headers["lambda-runtime-invocation-id"],
    deadlineMs: Number(headers["lambda-runtime-deadline-ms"] ?? 0),
    functionArn: headers["lambda-runtime-invoked-function-arn"],
    traceId: headers["lambda-runtime-trace-id"],
    clientContext: headers["lambda-runtime-client-context"],
    cognitoIdentity: headers["lambda-runtime-cognito-identity"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    body: response.body,
  };
}

/** Returns the headers that every reply to an invocation has. */
export function replyHeaders(invocation, contentType) {
  const headers = { "Content-Type": contentType };
  if (invocation.delivery) {
    headers["Lambda-Runtime-Invocation-Id"] = invocation.delivery;
  }
  return headers;
}

export function respond(invocation, text) {
  return post(`invocation/${invocation.requestId}/response`, invocation, text);
}

export function fail(invocation, error) {
  return post(`invocation/${invocation.requestId}/error`, invocation, JSON.stringify(error));
}

function post(path, invocation, text) {
  const body = Buffer.from(text);
  const headers = replyHeaders(invocation, "application/json");
  headers["Content-Length"] = body.length;
  return call("POST", path, headers, body);
}

export function failInit(error) {
  const body = Buffer.from(JSON.stringify(error));
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": body.length,
    "Lambda-Runtime-Function-Error-Type": error.errorType,
  };
  return call("POST", "init/error", headers, body);
}
