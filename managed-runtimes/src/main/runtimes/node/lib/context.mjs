// The context of an invocation (contract templates-and-runtimes, section 7.3).

import { isModern } from "./settings.mjs";

const env = process.env;

function parse(text) {
  return text ? JSON.parse(text) : undefined;
}

function remaining(invocation) {
  return () => invocation.deadlineMs - Date.now();
}

/** Returns the members that a handler sees, in the order of the cloud. */
export function contextOf(invocation) {
  return isModern ? modern(invocation) : classic(invocation);
}

/** Returns the members that a handler with a stream sees. */
export function streamingContextOf(invocation) {
  return isModern
    ? modern(invocation)
    : { callbackWaitsForEmptyEventLoop: true, ...classic(invocation) };
}

function ofFunction() {
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

function modern(invocation) {
  return {
    clientContext: parse(invocation.clientContext),
    identity: parse(invocation.cognitoIdentity),
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    tenantId: invocation.tenantId,
    xRayTraceId: invocation.traceId,
    getRemainingTimeInMillis: remaining(invocation),
    ...ofFunction(),
  };
}

function classic(invocation) {
  const { functionName, functionVersion, ...others } = ofFunction();
  return {
    functionVersion,
    functionName,
    ...others,
    clientContext: parse(invocation.clientContext),
    identity: parse(invocation.cognitoIdentity),
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    tenantId: invocation.tenantId,
    getRemainingTimeInMillis: remaining(invocation),
  };
}
