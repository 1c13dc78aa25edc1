#!/usr/bin/env node
// A custom Lambda runtime without packages. Runs the handler named in _HANDLER, or handler.handle.
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';

const RUNTIME = '/2018-06-01/runtime';
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, location, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, agent, method, path: RUNTIME + location, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function postError(location, error) {
  const body = { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  return call('POST', location, JSON.stringify(body), { 'Lambda-Runtime-Function-Error-Type': error.name });
}

async function loadHandler() {
  const [module, name] = (process.env._HANDLER || 'handler.handle').split('.');
  const directory = path.dirname(fileURLToPath(import.meta.url));
  return (await import(pathToFileURL(path.join(directory, `${module}.mjs`))))[name];
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await postError('/init/error', error);
  throw error;
}

for (;;) {
  const { headers, body } = await call('GET', '/invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const context = {
    awsRequestId: id,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(body), context);
    await call('POST', `/invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await postError(`/invocation/${id}/error`, error);
  }
}
