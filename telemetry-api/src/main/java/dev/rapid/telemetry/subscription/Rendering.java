package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.function.LogFormat;
import dev.rapid.lambda.Utf8Buffer;
import dev.rapid.telemetry.format.EventFormat;
import dev.rapid.telemetry.format.LineRecords;
import dev.rapid.telemetry.format.ObservedSandbox;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The current record in the formats of its receivers. Each format is made when it is first needed.
 * Not thread-safe: the hub uses it under its lock.
 */
final class Rendering {

  private static final int INITIAL_BYTES = 512;
  private static final int KEPT_BYTES = 64 * 1024;
  private static final byte[] NOTHING = {};

  /** A record in one form. */
  private static final class Form {

    private final EventFormat events;
    private final boolean objects;
    private Utf8Buffer record = new Utf8Buffer(0);
    private boolean made;

    Form(EventFormat events, boolean objects) {
      this.events = events;
      this.objects = objects;
    }

    void forget() {
      made = false;
      if (record.array().length > KEPT_BYTES) {
        record = new Utf8Buffer(INITIAL_BYTES);
      } else {
        record.clear();
      }
    }
  }

  private final ObservedSandbox sandbox;
  private final Map<Schema, Form> forms = new EnumMap<>(Schema.class);
  private final Form complete;

  private @Nullable LifecycleEvent event;
  private RecordCategory category = RecordCategory.PLATFORM;
  private byte[] bytes = NOTHING;
  private int offset;
  private int length;
  private long epochMillis;

  Rendering(ObservedSandbox sandbox) {
    this.sandbox = sandbox;
    for (Schema schema : Schema.values()) {
      EventFormat events =
          switch (schema) {
            case TELEMETRY_2022_07_01, TELEMETRY_2022_12_13, TELEMETRY_2025_01_29 ->
                EventFormat.telemetryApi(sandbox);
            case LOGS_2020_08_15 -> EventFormat.logsApi(sandbox, false);
            case LOGS_2021_03_18 -> EventFormat.logsApi(sandbox, true);
          };
      forms.put(schema, new Form(events, schema.hasObjects()));
    }
    complete = new Form(EventFormat.allRecords(sandbox), true);
  }

  /** Moves to the record of an event. */
  void event(LifecycleEvent next, long atEpochMillis) {
    forget();
    event = next;
    category = RecordCategory.PLATFORM;
    epochMillis = atEpochMillis;
  }

  /** Moves to the record of a line of output. */
  void line(RecordCategory of, byte[] in, int from, int count, long atEpochMillis) {
    forget();
    event = null;
    category = of;
    bytes = in;
    offset = from;
    length = count;
    epochMillis = atEpochMillis;
  }

  private void forget() {
    forms.values().forEach(Form::forget);
    complete.forget();
  }

  RecordCategory category() {
    return category;
  }

  long epochMillis() {
    return epochMillis;
  }

  /** Returns the record as {@code schema} has it, and a newline; empty if it does not have it. */
  Utf8Buffer as(Schema schema) {
    return made(forms.get(schema));
  }

  /** Returns the record as people see it, and a newline; empty if there is none. */
  Utf8Buffer complete() {
    return made(complete);
  }

  private Utf8Buffer made(@Nullable Form form) {
    if (form == null) {
      throw new IllegalStateException("a schema without a form");
    }
    if (!form.made) {
      form.made = true;
      LifecycleEvent of = event;
      if (of != null) {
        form.events.append(of, epochMillis, form.record);
      } else {
        LineRecords.append(
            category.wireName(),
            bytes,
            offset,
            length,
            epochMillis,
            form.objects && sandbox.function().get().logFormat() == LogFormat.JSON,
            form.record);
      }
    }
    return form.record;
  }
}
