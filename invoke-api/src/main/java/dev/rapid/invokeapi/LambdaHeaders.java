package dev.rapid.invokeapi;

import io.undertow.util.HttpString;

/** The header names of the Lambda Invoke API. */
final class LambdaHeaders {

  static final HttpString REQUEST_ID = new HttpString("x-amzn-RequestId");
  static final HttpString ERROR_TYPE = new HttpString("x-amzn-ErrorType");
  static final HttpString REMAPPED_CONTENT_LENGTH =
      new HttpString("x-amzn-Remapped-Content-Length");
  static final HttpString EXECUTED_VERSION = new HttpString("X-Amz-Executed-Version");
  static final HttpString FUNCTION_ERROR = new HttpString("X-Amz-Function-Error");
  static final HttpString TRACE_ID = new HttpString("X-Amzn-Trace-Id");
  static final HttpString INVOCATION_TYPE = new HttpString("X-Amz-Invocation-Type");
  static final HttpString LOG_TYPE = new HttpString("X-Amz-Log-Type");
  static final HttpString LOG_RESULT = new HttpString("X-Amz-Log-Result");
  static final HttpString CLIENT_CONTEXT = new HttpString("X-Amz-Client-Context");
  static final HttpString TENANT_ID = new HttpString("X-Amz-Tenant-Id");

  /** What the runtime declared as the content type of a streamed response. */
  static final HttpString REMAPPED_CONTENT_TYPE =
      HttpString.tryFromString("x-amzn-Remapped-Content-Type");

  private LambdaHeaders() {}
}
