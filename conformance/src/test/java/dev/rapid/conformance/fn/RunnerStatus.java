package dev.rapid.conformance.fn;

import java.util.Map;

/** What a runner says about itself (contract fn-runner, section 1.3). */
record RunnerStatus(
    int active,
    boolean failed,
    String id,
    String details,
    int errorCode,
    String errorText,
    String createdAt,
    String startedAt,
    String completedAt,
    boolean cached,
    long requestsReceived,
    long requestsHandled,
    Map<String, String> custom) {}
