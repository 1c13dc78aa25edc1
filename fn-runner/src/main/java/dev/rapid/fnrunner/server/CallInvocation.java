package dev.rapid.fnrunner.server;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.TraceHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes invocations of calls (contract fn-runner, section 4.2). */
final class CallInvocation {

  /** Where functions of Lambda find the headers of a call: a key of the client context. */
  private static final String HEADERS_KEY = "fn-headers";

  private CallInvocation() {}

  /**
   * Returns the invocation of a call.
   *
   * @param payload is the invocation's from here on
   */
  static Invocation of(
      RunnerFunction function,
      CallModel call,
      Payload payload,
      ResponseSink sink,
      long maxResponseBytes) {
    FunctionDescription description = function.description();
    return new Invocation(
        call.id(),
        description,
        function.arn(),
        description.identity().version(),
        TraceHeader.complete(
            call.headers().first("X-Amzn-Trace-Id"),
            description.identity(),
            System.currentTimeMillis()),
        function.streamsPayloads() ? null : clientContext(call.headers()),
        null,
        null,
        call.headers().first("Content-Type"),
        call.headers(),
        payload,
        sink,
        maxResponseBytes,
        false);
  }

  /**
   * Returns the client context. Its {@code custom} part has texts only, because the runtimes of
   * some languages take nothing else.
   */
  private static @Nullable String clientContext(PayloadHeaders headers) {
    if (headers.all().isEmpty()) {
      return null;
    }
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (PayloadHeaders.Header each : headers.all()) {
      byName.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each.value());
    }
    String document = new JsonObject().putAll(byName).toString();
    return new JsonObject().put("custom", new JsonObject().put(HEADERS_KEY, document)).toString();
  }
}
