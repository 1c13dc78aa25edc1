package dev.rapid.runtimeapi;

import dev.rapid.lambda.LambdaHeaders;
import io.undertow.util.HttpString;

/** The header names of the Runtime API. */
final class RuntimeHeaders {

  static final HttpString REQUEST_ID = new HttpString("Lambda-Runtime-Aws-Request-Id");
  static final HttpString INVOCATION_ID = new HttpString("Lambda-Runtime-Invocation-Id");
  static final HttpString DEADLINE_MS = new HttpString("Lambda-Runtime-Deadline-Ms");
  static final HttpString INVOKED_FUNCTION_ARN =
      new HttpString("Lambda-Runtime-Invoked-Function-Arn");
  static final HttpString TRACE_ID = new HttpString("Lambda-Runtime-Trace-Id");
  static final HttpString CLIENT_CONTEXT = new HttpString("Lambda-Runtime-Client-Context");
  static final HttpString COGNITO_IDENTITY = new HttpString("Lambda-Runtime-Cognito-Identity");
  static final HttpString TENANT_ID = new HttpString("Lambda-Runtime-Aws-Tenant-Id");
  static final HttpString FUNCTION_ERROR_TYPE = new HttpString(LambdaHeaders.ERROR_TYPE);
  static final HttpString FUNCTION_ERROR_BODY = new HttpString(LambdaHeaders.ERROR_BODY);
  static final HttpString XRAY_ERROR_CAUSE =
      new HttpString("Lambda-Runtime-Function-XRay-Error-Cause");
  static final HttpString RESPONSE_MODE = new HttpString(LambdaHeaders.RESPONSE_MODE);

  private RuntimeHeaders() {}
}
