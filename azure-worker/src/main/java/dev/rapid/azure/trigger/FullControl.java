package dev.rapid.azure.trigger;

import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.event.JsonText.Kind;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.RetryContext;
import dev.rapid.azure.protocol.RpcTraceContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A payload of the form {@code {"$azure": {...}}}, which sets the parts of an invocation one by one
 * (contract azure-functions-worker, section 14.3).
 */
final class FullControl {

  private static final String MARK = "$azure";
  private static final String DATA = "data";
  private static final String DATA_TYPE = "dataType";
  private static final String METADATA = "triggerMetadata";
  private static final String INPUTS = "inputs";
  private static final String TRACE = "traceContext";
  private static final String RETRY = "retryContext";

  private static final Set<String> PARTS = Set.of(DATA, DATA_TYPE, METADATA, INPUTS, TRACE, RETRY);

  private final Map<String, JsonText> parts;

  private FullControl(Map<String, JsonText> parts) {
    this.parts = parts;
  }

  /**
   * Returns what a payload sets; nothing but the data if it has not this form.
   *
   * @throws InvalidPayloadException if it has this form and another part
   */
  static FullControl of(JsonText payload) throws InvalidPayloadException {
    Map<String, JsonText> members = payload.members();
    JsonText marked = members.get(MARK);
    if (marked == null) {
      return new FullControl(Map.of(DATA, payload));
    }
    if (members.size() > 1 || !marked.is(Kind.OBJECT)) {
      throw new InvalidPayloadException(
          "'$azure' must be the only member of the payload and an object, for example"
              + " {\"$azure\": {\"data\": \"hello\"}}");
    }
    Map<String, JsonText> parts = marked.members();
    Set<String> unknown = new TreeSet<>(parts.keySet());
    unknown.removeAll(PARTS);
    if (!unknown.isEmpty()) {
      throw new InvalidPayloadException(
          "'$azure' has the unknown members " + unknown + "; known are " + new TreeSet<>(PARTS));
    }
    return new FullControl(parts);
  }

  /** Returns the data of the trigger, null if there is none. */
  @Nullable JsonText data() {
    return parts.get(DATA);
  }

  /** Returns the form in which the data is sent, null to choose it by the trigger. */
  @Nullable TriggerDataType dataType() throws InvalidPayloadException {
    JsonText given = given(DATA_TYPE);
    if (given == null) {
      return null;
    }
    String name = given.text();
    for (TriggerDataType each : TriggerDataType.values()) {
      if (nameOf(each).equals(name)) {
        return each;
      }
    }
    throw new InvalidPayloadException(
        "'dataType' of '$azure' is '"
            + name
            + "'; known are "
            + Arrays.stream(TriggerDataType.values())
                .map(FullControl::nameOf)
                .collect(Collectors.joining(", ")));
  }

  private static String nameOf(TriggerDataType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** Returns metadata of the trigger by name. */
  Map<String, JsonText> metadata() throws InvalidPayloadException {
    return object(METADATA);
  }

  /** Returns the values of other inputs by name. */
  Map<String, JsonText> inputs() throws InvalidPayloadException {
    return object(INPUTS);
  }

  /** Sets the trace and the retry, as far as they are given. */
  void addContexts(InvocationRequest.Builder request) throws InvalidPayloadException {
    if (given(TRACE) != null) {
      Map<String, JsonText> trace = object(TRACE);
      RpcTraceContext.Builder context = RpcTraceContext.newBuilder();
      context.setTraceParent(textOf(trace, "traceParent"));
      context.setTraceState(textOf(trace, "traceState"));
      JsonText attributes = trace.get("attributes");
      if (attributes != null) {
        attributes.members().forEach((name, value) -> context.putAttributes(name, value.text()));
      }
      request.setTraceContext(context);
    }
    if (given(RETRY) != null) {
      Map<String, JsonText> retry = object(RETRY);
      request.setRetryContext(
          RetryContext.newBuilder()
              .setRetryCount(countOf(retry, "retryCount"))
              .setMaxRetryCount(countOf(retry, "maxRetryCount")));
    }
  }

  private static String textOf(Map<String, JsonText> members, String name) {
    JsonText value = members.get(name);
    return value == null || value.is(Kind.NULL) ? "" : value.text();
  }

  private static int countOf(Map<String, JsonText> members, String name)
      throws InvalidPayloadException {
    JsonText value = members.get(name);
    if (value == null) {
      return 0;
    }
    try {
      return Integer.parseInt(value.text());
    } catch (NumberFormatException e) {
      throw new InvalidPayloadException("'" + name + "' of '$azure' must be an integer");
    }
  }

  private Map<String, JsonText> object(String part) throws InvalidPayloadException {
    JsonText value = given(part);
    if (value == null) {
      return Map.of();
    }
    if (!value.is(Kind.OBJECT)) {
      throw new InvalidPayloadException("'" + part + "' of '$azure' must be an object");
    }
    return value.members();
  }

  /** Returns a part, null if it is missing or null. */
  private @Nullable JsonText given(String part) {
    JsonText value = parts.get(part);
    return value == null || value.is(Kind.NULL) ? null : value;
  }
}
