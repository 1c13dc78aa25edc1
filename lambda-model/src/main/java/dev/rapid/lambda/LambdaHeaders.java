package dev.rapid.lambda;

/** Names of HTTP headers that more than one API of Lambda knows. */
public final class LambdaHeaders {

  /** The X-Ray trace header of callers; also the {@code type} of a trace in JSON. */
  public static final String TRACE_ID = "X-Amzn-Trace-Id";

  /** Present in the answer to an invocation if the function failed. */
  public static final String FUNCTION_ERROR = "X-Amz-Function-Error";

  /** Identifies the extension that sends a request. */
  public static final String EXTENSION_IDENTIFIER = "Lambda-Extension-Identifier";

  /** Whether a response is streamed. */
  public static final String RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode";

  /** The type of a function's error; also a trailer. */
  public static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";

  /** The trailer with a function's error in Base64. */
  public static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";

  /** The tenant of an invocation. */
  public static final String TENANT_ID = "X-Amz-Tenant-Id";

  private LambdaHeaders() {}
}
