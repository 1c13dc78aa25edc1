package dev.rapid.extensionsapi;

import dev.rapid.lambda.LambdaHeaders;
import io.undertow.util.HttpString;

/** The header names of the Extensions API. */
final class ExtensionHeaders {

  static final HttpString IDENTIFIER = new HttpString(LambdaHeaders.EXTENSION_IDENTIFIER);
  static final HttpString NAME = new HttpString("Lambda-Extension-Name");
  static final HttpString ACCEPT_FEATURE = new HttpString("Lambda-Extension-Accept-Feature");
  static final HttpString EVENT_IDENTIFIER = new HttpString("Lambda-Extension-Event-Identifier");
  static final HttpString FUNCTION_ERROR_TYPE =
      new HttpString("Lambda-Extension-Function-Error-Type");

  private ExtensionHeaders() {}
}
