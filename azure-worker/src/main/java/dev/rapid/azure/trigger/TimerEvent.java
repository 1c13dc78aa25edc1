package dev.rapid.azure.trigger;

import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.event.JsonText.Kind;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.Utf8Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a timer tells its function (contract azure-functions-worker, section 7.5). The payload says
 * as much of it as it wants; some workers need all of it.
 */
final class TimerEvent {

  private static final Duration PERIOD = Duration.ofMinutes(1);

  private TimerEvent() {}

  /**
   * Returns the members of a payload and those that it lacks: a run that is not late.
   *
   * @param payload an object or null
   */
  static String of(JsonText payload, Instant now) throws InvalidPayloadException {
    if (!payload.is(Kind.OBJECT) && !payload.is(Kind.NULL)) {
      throw new InvalidPayloadException(
          "The payload for a timerTrigger must be an object or null; {} is a timer that is not"
              + " late");
    }
    Map<String, String> event = textsOf(payload);
    event.putIfAbsent("Schedule", "{\"AdjustForDST\":true}");
    event.put("ScheduleStatus", status(payload.members().get("ScheduleStatus"), now));
    event.putIfAbsent("IsPastDue", "false");
    return object(event);
  }

  private static String status(@Nullable JsonText given, Instant now) {
    if (given != null && !given.is(Kind.OBJECT) && !given.is(Kind.NULL)) {
      return given.toString();
    }
    Map<String, String> status = given == null ? new LinkedHashMap<>() : textsOf(given);
    status.putIfAbsent("Last", Moments.json(now.minus(PERIOD)));
    status.putIfAbsent("LastUpdated", Moments.json(now.minus(PERIOD)));
    status.putIfAbsent("Next", Moments.json(now.plus(PERIOD)));
    return object(status);
  }

  private static Map<String, String> textsOf(JsonText object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object
        .members()
        .forEach((name, value) -> {
          if (!value.is(Kind.NULL)) {
            texts.put(name, value.toString());
          }
        });
    return texts;
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(each -> quoted(each.getKey()) + ":" + each.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String name) {
    return new Utf8Buffer(name.length() + 2).putJson(name, JsonEscapes.REQUIRED).toString();
  }
}
