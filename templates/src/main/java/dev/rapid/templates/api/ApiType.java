package dev.rapid.templates.api;

/** The two kinds of APIs. */
enum ApiType {
  HTTP("http", "$default", "ServerlessHttpApi", "$request.", "$"),
  REST("rest", "Prod", "ServerlessRestApi", "method.request.", "");

  private final String word;
  private final String stage;
  private final String implicitId;
  private final String requestPrefix;
  private final String contextPrefix;

  ApiType(
      String word, String stage, String implicitId, String requestPrefix, String contextPrefix) {
    this.word = word;
    this.stage = stage;
    this.implicitId = implicitId;
    this.requestPrefix = requestPrefix;
    this.contextPrefix = contextPrefix;
  }

  /** Returns the word in configuration files. */
  String word() {
    return word;
  }

  /** Returns the stage of an API that names none. */
  String stage() {
    return stage;
  }

  /** Returns the logical id of the API of events that name none. */
  String implicitId() {
    return implicitId;
  }

  /** Returns how identity sources in requests begin, for example {@code $request.}. */
  String requestPrefix() {
    return requestPrefix;
  }

  /** Returns how other identity sources begin. */
  String contextPrefix() {
    return contextPrefix;
  }
}
