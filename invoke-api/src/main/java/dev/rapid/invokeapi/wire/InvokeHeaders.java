package dev.rapid.invokeapi.wire;

import dev.rapid.lambda.LambdaHeaders;
import io.undertow.util.HttpString;

/** The header names of the Lambda Invoke API. */
public final class InvokeHeaders {

  /** The id of the invocation. */
  public static final HttpString REQUEST_ID = new HttpString("x-amzn-RequestId");

  /** The name of the service's exception. */
  public static final HttpString ERROR_TYPE = new HttpString("x-amzn-ErrorType");

  /** Always 0; clients expect it. */
  public static final HttpString REMAPPED_CONTENT_LENGTH =
      new HttpString("x-amzn-Remapped-Content-Length");

  /** The version that ran. */
  public static final HttpString EXECUTED_VERSION = new HttpString("X-Amz-Executed-Version");

  /** Set if the function failed. */
  public static final HttpString FUNCTION_ERROR = new HttpString(LambdaHeaders.FUNCTION_ERROR);

  /** The X-Ray trace header. */
  public static final HttpString TRACE_ID = new HttpString(LambdaHeaders.TRACE_ID);

  /** Whether the caller waits for the response. */
  public static final HttpString INVOCATION_TYPE = new HttpString("X-Amz-Invocation-Type");

  /** Whether the caller wants the end of the log. */
  public static final HttpString LOG_TYPE = new HttpString("X-Amz-Log-Type");

  /** The end of the log in Base64. */
  public static final HttpString LOG_RESULT = new HttpString("X-Amz-Log-Result");

  /** The context of a mobile client, as JSON in Base64. */
  public static final HttpString CLIENT_CONTEXT = new HttpString("X-Amz-Client-Context");

  /** The tenant that the invocation is for. */
  public static final HttpString TENANT_ID = new HttpString("X-Amz-Tenant-Id");

  /** The content type of a streamed response, as the runtime declared it. */
  public static final HttpString REMAPPED_CONTENT_TYPE =
      HttpString.tryFromString("x-amzn-Remapped-Content-Type");

  private InvokeHeaders() {}
}
