package dev.rapid.gateway.answer;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.api.GatewayResponse;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.request.ApiStage;
import dev.rapid.gateway.request.RequestIds;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.RequestQuery;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An answer of a REST API that its owner has changed (contract http-front-door, section 6.2). */
final class CustomResponse {

  private static final String JSON = "application/json";
  private static final String DEFAULT_TEMPLATE = "{\"message\":$context.error.messageString}";
  private static final String HEADER = "gatewayresponse.header.";
  private static final String REQUEST_HEADER = "method.request.header.";
  private static final String REQUEST_QUERY = "method.request.querystring.";
  private static final String NAME = "((?:context|stageVariables)(?:\\.[A-Za-z0-9_]+)+)";
  private static final Pattern VARIABLE = Pattern.compile("\\$" + NAME + "|\\$\\{" + NAME + "}");

  private CustomResponse() {}

  static ApiResponse of(
      GatewayError error,
      GatewayResponse configured,
      HttpServerExchange exchange,
      ApiStage stage,
      RequestIds ids) {
    Map<String, String> templates = new TreeMap<>(configured.templates());
    String type = templates.isEmpty() || templates.containsKey(JSON) ? JSON : firstOf(templates);
    String template = Objects.requireNonNull(templates.getOrDefault(type, DEFAULT_TEMPLATE));
    List<HeaderLine> headers = new ArrayList<>();
    headers.add(new HeaderLine("Content-Type", type));
    headers.add(new HeaderLine("x-amzn-ErrorType", error.errorType()));
    for (Map.Entry<String, String> each : new TreeMap<>(configured.parameters()).entrySet()) {
      String name = each.getKey().substring(each.getKey().lastIndexOf('.') + 1);
      String value = valueOf(each.getValue(), exchange);
      if (each.getKey().startsWith(HEADER) && value != null && HeaderLine.isValue(value)) {
        headers.removeIf(header -> header.name().equalsIgnoreCase(name));
        headers.add(new HeaderLine(name, value));
      }
    }
    Integer status = configured.status();
    return new ApiResponse(
        status == null ? error.restStatus() : status,
        headers,
        Payload.of(fill(template, error, stage, ids)));
  }

  private static String firstOf(Map<String, String> templates) {
    return templates.keySet().iterator().next();
  }

  /** Returns a text in quotes, or a value of the request; null if it has none. */
  private static @Nullable String valueOf(String mapping, HttpServerExchange exchange) {
    if (mapping.length() > 1 && mapping.startsWith("'") && mapping.endsWith("'")) {
      return mapping.substring(1, mapping.length() - 1);
    }
    if (mapping.startsWith(REQUEST_HEADER)) {
      return exchange
          .getRequestHeaders()
          .getFirst(HttpString.tryFromString(mapping.substring(REQUEST_HEADER.length())));
    }
    return mapping.startsWith(REQUEST_QUERY)
        ? RequestQuery.parameter(exchange, mapping.substring(REQUEST_QUERY.length()))
        : null;
  }

  private static String fill(String template, GatewayError error, ApiStage stage, RequestIds ids) {
    Matcher matcher = VARIABLE.matcher(template);
    return matcher.replaceAll(variable ->
        Matcher.quoteReplacement(
            value(
                variable.group(1) == null ? variable.group(2) : variable.group(1),
                error,
                stage,
                ids)));
  }

  private static String value(String variable, GatewayError error, ApiStage stage, RequestIds ids) {
    String message = error.restMessage();
    return switch (variable) {
      case "context.error.messageString" -> message;
      case "context.error.message" ->
          message.startsWith("\"") ? message.substring(1, message.length() - 1) : message;
      case "context.error.responseType" -> error.type() == null ? "" : error.type().name();
      case "context.requestId" -> ids.requestId();
      case "context.extendedRequestId" -> ids.extended();
      case "context.stage" -> stage.api().stage();
      default ->
          variable.startsWith("stageVariables.")
              ? stage
                  .api()
                  .stageVariables()
                  .getOrDefault(variable.substring("stageVariables.".length()), "")
              : "";
    };
  }
}
