package dev.rapid.telemetry.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.lambda.JsonReader;
import dev.rapid.telemetry.delivery.Buffering;
import dev.rapid.telemetry.delivery.SandboxHostName;
import dev.rapid.telemetry.delivery.Target;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses and checks the body of a request to subscribe (contract runtime-extensions-telemetry,
 * sections 4.2 and 4.3).
 */
final class SubscriptionBody {

  /** The body of a request to subscribe is invalid. */
  static final class InvalidException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidException(List<String> faults) {
      super(String.join("; ", faults));
    }
  }

  private static final int MAX_SHOWN_CHARS = 100;
  private static final int MAX_FAULTS_OF_TYPES = 10;
  private static final int MAX_PORT = 65_535;

  /** The end of an authority that has no port, an empty one or one of digits. */
  private static final Pattern PORT = Pattern.compile("(^|@)([^:]*|\\[.*])(:[0-9]*)?$");

  private final SubscriptionApi api;
  private final int runtimeApiPort;
  private final List<String> faults = new ArrayList<>();

  private SubscriptionBody(SubscriptionApi api, int runtimeApiPort) {
    this.api = api;
    this.runtimeApiPort = runtimeApiPort;
  }

  /**
   * Returns the request in {@code body}.
   *
   * @param runtimeApiPort the port of the Runtime API, which no destination may have
   * @throws InvalidException if the body is invalid; the message names all of its faults
   */
  static SubscriptionRequest parse(SubscriptionApi api, int runtimeApiPort, byte[] body)
      throws InvalidException {
    return new SubscriptionBody(api, runtimeApiPort).parse(body);
  }

  private SubscriptionRequest parse(byte[] body) throws InvalidException {
    JsonNode posted;
    try {
      posted = JsonReader.parse(body);
    } catch (IOException e) {
      throw new InvalidException(List.of("failed to parse JSON"));
    }
    if (!posted.isObject()) {
      throw new InvalidException(List.of("failed to parse JSON"));
    }
    Schema schema = schema(JsonReader.member(posted, "schemaVersion"));
    List<RecordCategory> types = types(JsonReader.member(posted, "types"));
    Target target = target(JsonReader.member(posted, "destination"));
    Buffering buffering = buffering(JsonReader.member(posted, "buffering"));
    if (!faults.isEmpty() || schema == null || target == null) {
      throw new InvalidException(faults);
    }
    return new SubscriptionRequest(schema, types, target, buffering);
  }

  private @Nullable Schema schema(JsonNode version) {
    if (JsonReader.isAbsent(version)) {
      if (api == SubscriptionApi.LOGS) {
        return Schema.LOGS_2020_08_15;
      }
      faults.add("schemaVersion is not provided");
      return null;
    }
    Schema schema = version.isTextual() ? Schema.of(api, version.textValue()) : null;
    if (schema == null) {
      faults.add("schemaVersion " + shown(version) + " is not supported");
    }
    return schema;
  }

  private List<RecordCategory> types(JsonNode posted) {
    if (JsonReader.isAbsent(posted) || (posted.isArray() && posted.isEmpty())) {
      faults.add("types should not be empty");
      return List.of();
    }
    List<RecordCategory> types = new ArrayList<>();
    Set<String> unknown = new LinkedHashSet<>();
    boolean strings = posted.isArray();
    for (JsonNode type : posted) {
      RecordCategory category = type.isTextual() ? category(type.textValue()) : null;
      strings &= type.isTextual();
      if (category != null) {
        types.add(category);
      } else {
        unknown.add(shown(type));
      }
    }
    if (!strings) {
      faults.add("types should be an array of strings");
    } else {
      unknown.stream()
          .limit(MAX_FAULTS_OF_TYPES)
          .forEach(type -> faults.add("type " + type + " is not supported"));
    }
    return types;
  }

  private static @Nullable RecordCategory category(String name) {
    for (RecordCategory category : RecordCategory.values()) {
      if (category.wireName().equals(name)) {
        return category;
      }
    }
    return null;
  }

  private @Nullable Target target(JsonNode destination) {
    if (!destination.isObject()) {
      faults.add("destination is not provided");
      return null;
    }
    JsonNode protocol = JsonReader.member(destination, "protocol");
    return switch (protocol.isTextual() ? protocol.textValue() : "") {
      case "HTTP" -> {
        String method = method(JsonReader.member(destination, "method"));
        yield http(JsonReader.member(destination, "URI"), method);
      }
      case "TCP" -> tcp(JsonReader.member(destination, "port"));
      default -> {
        faults.add("destination protocol " + shown(protocol) + " is not supported");
        yield null;
      }
    };
  }

  /** Only the Logs API lets its subscribers choose. */
  private String method(JsonNode method) {
    if (api == SubscriptionApi.TELEMETRY || JsonReader.isAbsent(method)) {
      return "POST";
    }
    String name = method.isTextual() ? method.textValue() : "";
    if (!name.equals("POST") && !name.equals("PUT")) {
      faults.add("destination method " + shown(method) + " is not supported");
    }
    return name;
  }

  private @Nullable Target http(JsonNode posted, String method) {
    if (!posted.isTextual() || posted.textValue().isEmpty()) {
      faults.add("URI is not provided");
      return null;
    }
    URI uri;
    try {
      // Characters that are not ASCII are sent percent-encoded.
      uri = new URI(new URI(posted.textValue()).toASCIIString());
    } catch (URISyntaxException e) {
      faults.add("URI is not valid");
      return null;
    }
    int before = faults.size();
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      faults.add("URI scheme must be http");
    }
    String host = uri.getHost();
    String authority = uri.getRawAuthority();
    if (host == null && authority != null && !PORT.matcher(authority).find()) {
      faults.add("URI is not valid");
      return null;
    }
    if (host == null || !SandboxHostName.NAMES.contains(host)) {
      faults.add("URI host must be sandbox.localdomain");
    }
    if (host == null) {
      return null;
    }
    int port = uri.getPort();
    if (port < 0) {
      faults.add("URI port is not provided");
    } else if (port == 0 || port > MAX_PORT) {
      faults.add("URI port is not valid");
    } else if (port == runtimeApiPort) {
      faults.add("URI port " + port + " is reserved for the Runtime API");
    }
    if (faults.size() > before) {
      return null;
    }
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery();
    return new Target.Http(
        host + ":" + port, port, query == null ? path : path + "?" + query, method);
  }

  private @Nullable Target tcp(JsonNode posted) {
    if (!posted.isIntegralNumber()
        || !posted.canConvertToInt()
        || posted.intValue() < 1
        || posted.intValue() > MAX_PORT) {
      faults.add("port is not valid");
      return null;
    }
    if (posted.intValue() == runtimeApiPort) {
      faults.add("port " + runtimeApiPort + " is reserved for the Runtime API");
      return null;
    }
    return new Target.Tcp(posted.intValue());
  }

  private Buffering buffering(JsonNode posted) {
    if (!posted.isObject()) {
      if (!JsonReader.isAbsent(posted)) {
        faults.add("buffering should be an object");
      }
      return Buffering.DEFAULT;
    }
    return new Buffering(
        number(
            posted,
            "maxItems",
            Buffering.MIN_ITEMS,
            Buffering.MAX_ITEMS,
            Buffering.DEFAULT.maxItems()),
        number(
            posted,
            "maxBytes",
            Buffering.MIN_BYTES,
            Buffering.MAX_BYTES,
            Buffering.DEFAULT.maxBytes()),
        number(
            posted,
            "timeoutMs",
            Buffering.MIN_MILLIS,
            Buffering.MAX_MILLIS,
            Buffering.DEFAULT.timeoutMillis()));
  }

  private int number(JsonNode object, String key, int least, int most, int otherwise) {
    JsonNode posted = JsonReader.member(object, key);
    if (JsonReader.isAbsent(posted)) {
      return otherwise;
    }
    if (posted.isIntegralNumber()
        && posted.canConvertToInt()
        && posted.intValue() >= least
        && posted.intValue() <= most) {
      return posted.intValue();
    }
    faults.add(key + " must be between " + least + " and " + most);
    return otherwise;
  }

  /** Returns a value of the body for an error message, shortened. */
  private static String shown(JsonNode posted) {
    String text =
        posted.isMissingNode() ? "null" : posted.isTextual() ? posted.textValue() : "" + posted;
    return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "...";
  }
}
