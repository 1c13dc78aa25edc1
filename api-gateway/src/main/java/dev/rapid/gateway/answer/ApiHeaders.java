package dev.rapid.gateway.answer;

import io.undertow.util.HttpString;

/** The headers that the gateway adds to answers, and reads. */
public final class ApiHeaders {

  /** The X-Ray header. */
  public static final HttpString TRACE_ID = new HttpString("X-Amzn-Trace-Id");

  static final HttpString REQUEST_ID = new HttpString("x-amzn-RequestId");
  static final HttpString EXTENDED_REQUEST_ID = new HttpString("x-amz-apigw-id");
  static final HttpString HTTP_API_REQUEST_ID = new HttpString("Apigw-Requestid");

  private ApiHeaders() {}
}
