package dev.rapid.gateway.api;

import java.time.Duration;

/** The two kinds of APIs (contract http-front-door, section 0). */
public enum ApiType {
  /** An HTTP API: events of format 2.0 or 1.0. */
  HTTP("$default", Duration.ofSeconds(30)),
  /** A REST API: events of its own format. */
  REST("Prod", Duration.ofSeconds(29));

  private final String defaultStage;
  private final Duration defaultTimeout;

  ApiType(String defaultStage, Duration defaultTimeout) {
    this.defaultStage = defaultStage;
    this.defaultTimeout = defaultTimeout;
  }

  /** Returns the stage of an API that names none. */
  public String defaultStage() {
    return defaultStage;
  }

  /** Returns how long an integration may take unless the API says otherwise. */
  public Duration defaultTimeout() {
    return defaultTimeout;
  }
}
