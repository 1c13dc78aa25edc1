package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.choice;
import static dev.rapid.cli.config.OptionBuilder.count;
import static dev.rapid.cli.config.OptionBuilder.toggle;
import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.queue.store.EntryState;
import java.util.ArrayList;
import java.util.List;

/** The table of the options of {@code rapid async}. */
public final class QueueOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  private static final int MAX_ENTRIES = 100_000;

  /** The state of the entries. */
  public static final Option<EntryState> STATE =
      choice("state", "STATE", List.of(EntryState.values()))
          .onlyIn(Command.ASYNC)
          .notInFiles()
          .help(TABLE, "Only entries that are queued, running, retrying or dead.");

  /** The invocation of the entries. */
  public static final Option<String> REQUEST_ID =
      value("request-id", "ID", text -> text)
          .onlyIn(Command.ASYNC)
          .notInFiles()
          .help(TABLE, "Only entries of the invocation with this request id.");

  /** How many entries are listed. */
  public static final Option<Integer> LIMIT =
      count("limit", 1, MAX_ENTRIES)
          .onlyIn(Command.ASYNC)
          .notInFiles()
          .otherwise("100")
          .help(TABLE, "list: how many entries at most.");

  /** Whether the payload is printed. */
  public static final Option<Boolean> PAYLOAD =
      toggle("payload")
          .onlyIn(Command.ASYNC)
          .notInFiles()
          .help(TABLE, "show: print the payload too.");

  /** Whether all entries are meant. */
  public static final Option<Boolean> ALL =
      toggle("all")
          .onlyIn(Command.ASYNC)
          .notInFiles()
          .help(TABLE, "retry, purge: all entries, without a choice.");

  /** Whether the output is for programs. */
  public static final Option<Boolean> JSON =
      toggle("json")
          .onlyIn(Command.ASYNC)
          .notInFiles()
          .help(TABLE, "list, show: print JSON, for list one entry on each line.");

  private QueueOptions() {}
}
