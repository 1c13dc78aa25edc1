package dev.rapid.fnrunner.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.server.protocol.TryCall;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the call that a {@code try} names (contract fn-runner, section 1.5). A member whose name
 * differs only in case counts, and one that is null is absent. What the runner does not use may
 * have any type.
 */
final class CallReader {

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** Callers send characters that a URL should not have; they do no harm. */
  private static final Pattern URL =
      Pattern.compile("(?!:)(%\\p{XDigit}{2}|[^%?\\p{Cntrl}])*+(\\?\\P{Cntrl}*+)?");

  private static final Pattern CPUS = Pattern.compile("(\\d{1,9}m|\\d{0,6}(\\.\\d{0,9})?)?");
  private static final Pattern ID = Pattern.compile("[!-~]{1,256}");
  private static final String DETACHED = "detached";
  private static final long MAX_MILLI_CPUS = 1_024_000;
  private static final int DEFAULT_IDLE_SECONDS = 30;

  private final JsonNode call;

  private CallReader(JsonNode call) {
    this.call = call;
  }

  /**
   * Reads a call.
   *
   * @throws CallException if it cannot be run
   */
  static CallModel read(TryCall attempt) throws CallException {
    JsonNode call;
    try {
      call = JsonReader.parse(attempt.getModelsCallJsonBytes().toByteArray());
    } catch (IOException e) {
      throw new CallException("", CallFailure.invalid("The call is not JSON: " + e.getMessage()));
    }
    if (!call.isObject()) {
      throw new CallException("", CallFailure.invalid("The call is not a JSON object"));
    }
    return new CallReader(call).read(attempt.getSlotHashId());
  }

  private CallModel read(String slotHash) throws CallException {
    String id = text("id");
    if (id.isEmpty()) {
      id = CallIds.next();
    } else if (!ID.matcher(id).matches()) {
      throw new CallException(
          "", CallFailure.invalid("The id of the call is not a word of printable ASCII"));
    }
    try {
      return read(id, slotHash);
    } catch (CallException e) {
      throw new CallException(id, e.failure());
    }
  }

  private CallModel read(String id, String slotHash) throws CallException {
    checkRequestLine();
    long timeout = integer("timeout", 0);
    Map<String, String> config = config();
    WorkerIdentity identity =
        new WorkerIdentity()
            .text(text("app_id"))
            .text(text("syslog_url"))
            .text(text("fn_id"))
            .text(text("image"))
            .number(timeout)
            .number(integer("idle_timeout", DEFAULT_IDLE_SECONDS))
            .number(integer("tmpfs_size", 0))
            .number(integer("memory", 0))
            .text(cpus())
            .texts(config)
            .texts(annotations());
    String workerKey = slotHash.isEmpty() ? identity.key() : WorkerIdentity.keyOf(slotHash);
    if (workerKey == null) {
      throw refused("slot_hash_id is not an even number of hexadecimal digits");
    }
    if (timeout <= 0) {
      throw new CallException(id, CallFailure.withoutTimeout());
    }
    return new CallModel(
        id,
        text("image"),
        text("type").equals(DETACHED),
        Duration.ofSeconds(timeout),
        Duration.ofSeconds(Math.max(0, integer("idle_timeout", DEFAULT_IDLE_SECONDS))),
        megabytes(),
        config,
        headers(),
        text("app_id"),
        text("app_name"),
        text("fn_id"),
        workerKey);
  }

  private void checkRequestLine() throws CallException {
    if (!URL.matcher(text("url")).matches()) {
      throw refused("url is not a URL");
    }
    String method = text("method");
    if (!method.isEmpty() && !TOKEN.matcher(method).matches()) {
      throw refused("method is not a method of HTTP");
    }
  }

  private int megabytes() throws CallException {
    long memory = Math.max(0, integer("memory", 0));
    return (int) Math.min(Integer.MAX_VALUE, memory + Math.max(0, integer("tmpfs_size", 0)));
  }

  /** Returns the share of processors as it was sent; nothing is reserved for it. */
  private String cpus() throws CallException {
    String cpus = text("cpus");
    boolean valid = CPUS.matcher(cpus).matches() && !cpus.equals(".");
    if (valid && cpus.endsWith("m")) {
      valid = Long.parseLong(cpus, 0, cpus.length() - 1, 10) <= MAX_MILLI_CPUS;
    } else if (valid && !cpus.isEmpty()) {
      valid = Double.parseDouble(cpus) * 1000 <= MAX_MILLI_CPUS;
    }
    if (!valid) {
      throw refused("cpus is not a number of processors, such as \"0.5\" or \"500m\"");
    }
    return cpus;
  }

  private Map<String, String> config() throws CallException {
    Map<String, String> config = new TreeMap<>();
    for (var each : object("config").properties()) {
      if (JsonReader.isAbsent(each.getValue())) {
        continue;
      }
      if (!each.getValue().isTextual()) {
        throw refused("config." + each.getKey() + " is not a string");
      }
      if (each.getKey().isEmpty()
          || each.getKey().indexOf('=') >= 0
          || each.getKey().indexOf('\0') >= 0
          || each.getValue().textValue().indexOf('\0') >= 0) {
        throw refused("config has a name or a value that no environment can have");
      }
      config.put(each.getKey(), each.getValue().textValue());
    }
    return config;
  }

  private Map<String, String> annotations() throws CallException {
    Map<String, String> annotations = new TreeMap<>();
    for (var each : object("annotations").properties()) {
      annotations.put(each.getKey(), each.getValue().toString());
    }
    return annotations;
  }

  private PayloadHeaders headers() throws CallException {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (var each : object("headers").properties()) {
      String name = each.getKey();
      JsonNode values = each.getValue();
      if (JsonReader.isAbsent(values)) {
        continue;
      }
      if (!values.isArray()) {
        throw refused("headers." + name + " is not an array of strings");
      }
      if (!TOKEN.matcher(name).matches()) {
        throw refused("headers has a name that HTTP does not allow");
      }
      for (JsonNode value : values) {
        if (!value.isTextual()) {
          throw refused("headers." + name + " is not an array of strings");
        }
        if (!isFieldValue(value.textValue())) {
          throw refused("headers." + name + " has a value that HTTP does not allow");
        }
        headers.add(new PayloadHeaders.Header(name, value.textValue()));
      }
    }
    return ForwardedHeaders.ofCall(headers);
  }

  private static boolean isFieldValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  // ------------------------------------------------------------------ members

  private String text(String name) throws CallException {
    JsonNode member = JsonReader.member(call, name);
    if (JsonReader.isAbsent(member)) {
      return "";
    }
    if (!member.isTextual()) {
      throw refused(name + " is not a string");
    }
    return member.textValue();
  }

  private long integer(String name, int usual) throws CallException {
    JsonNode member = JsonReader.member(call, name);
    if (JsonReader.isAbsent(member)) {
      return usual;
    }
    if (!member.isIntegralNumber() || !member.canConvertToInt()) {
      throw refused(name + " is not an integer");
    }
    return member.intValue();
  }

  private JsonNode object(String name) throws CallException {
    JsonNode member = JsonReader.member(call, name);
    if (!JsonReader.isAbsent(member) && !member.isObject()) {
      throw refused(name + " is not an object");
    }
    return member;
  }

  private static CallException refused(String message) {
    return new CallException("", CallFailure.invalid("The call cannot be read: " + message));
  }

  /** A call that cannot be run. */
  static final class CallException extends Exception {

    private static final long serialVersionUID = 1;

    private final String id;
    private final transient CallFailure failure;

    /**
     * @param id of the call, empty if it is unknown
     */
    CallException(String id, CallFailure failure) {
      super(failure.message());
      this.id = id;
      this.failure = failure;
    }

    String id() {
      return id;
    }

    CallFailure failure() {
      return failure;
    }
  }
}
