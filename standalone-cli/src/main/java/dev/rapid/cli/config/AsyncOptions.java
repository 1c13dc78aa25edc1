package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.count;
import static dev.rapid.cli.config.OptionBuilder.inContext;
import static dev.rapid.cli.config.OptionBuilder.list;
import static dev.rapid.cli.config.OptionBuilder.seconds;
import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.cli.config.Option.Range;
import dev.rapid.emulator.settings.NodeRole;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.lambda.async.AsyncSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of the options of asynchronous invocations and their queue. A file may also have those
 * that begin with {@link #PREFIX} without it, in a mapping {@link #GROUP}.
 */
public final class AsyncOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  /** The key in a file of a mapping of options. */
  static final String GROUP = "async";

  /** What the names of the options in that mapping begin with. */
  static final String PREFIX = GROUP + "-";

  /** How often an asynchronous invocation is tried. */
  public static final Option<Integer> ASYNC_ATTEMPTS =
      count("async-attempts", 1, AsyncSettings.MAX_ATTEMPTS)
          .onlyIn(Command.SERVE)
          .otherwise(Integer.toString(AsyncSettings.DEFAULT.attempts()))
          .ofFunction()
          .help(
              TABLE,
              "How often an asynchronous invocation (X-Amz-Invocation-Type: Event) that fails is"
                  + " tried in all, 1 to 3.");

  /** The wait before an asynchronous invocation is tried again. */
  public static final Option<Duration> ASYNC_RETRY_BASE =
      seconds("async-retry-base", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .otherwise(seconds(AsyncSettings.DEFAULT.retryBase()))
          .ofFunction()
          .help(
              TABLE,
              "Wait before the second attempt of an asynchronous invocation; it is twice as long"
                  + " before the third.");

  /** How old an asynchronous invocation may become. */
  public static final Option<Duration> ASYNC_MAX_AGE =
      seconds("async-max-age", Range.seconds(AsyncSettings.MIN_AGE, AsyncSettings.MAX_AGE))
          .onlyIn(Command.SERVE)
          .otherwise(seconds(AsyncSettings.DEFAULT.maxAge()))
          .ofFunction()
          .help(
              TABLE,
              "An asynchronous invocation that would be older than that at its next attempt is"
                  + " given up; 60 to 21600.");

  /** How long the end waits for asynchronous invocations. */
  public static final Option<Duration> ASYNC_DRAIN =
      seconds("async-drain", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .otherwise("0")
          .help(
              TABLE,
              "How long the end of Rapid waits for asynchronous invocations that were accepted.");

  /** Where the record of an invocation goes that has succeeded. */
  public static final Option<DestinationText> ASYNC_ON_SUCCESS =
      inContext("async-on-success", "TARGET", DestinationText::parse)
          .secretUnless(text -> !DestinationText.hasUser(text))
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE,
              "Where the record of an asynchronous invocation goes that has succeeded:"
                  + " function:NAME, file:PATH, https://HOST/PATH or the ARN of a function, queue,"
                  + " topic or event bus.");

  /** Where the record of an invocation goes that is given up. */
  public static final Option<DestinationText> ASYNC_ON_FAILURE =
      inContext("async-on-failure", "TARGET", DestinationText::parse)
          .secretUnless(text -> !DestinationText.hasUser(text))
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE,
              "Where the record of an asynchronous invocation goes that is given up; as"
                  + " --async-on-success.");

  /** Where the payload of an invocation goes that is given up. */
  public static final Option<DestinationText> ASYNC_DEAD_LETTERS =
      inContext("async-dead-letters", "TARGET", DestinationText::parseDeadLetters)
          .secretUnless(text -> !DestinationText.hasUser(text))
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE,
              "Where the payload of an asynchronous invocation goes that is given up:"
                  + " function:NAME, file:PATH, https://HOST/PATH or the ARN of a function, queue"
                  + " or topic.");

  /** What signs deliveries to hooks. */
  public static final Option<String> ASYNC_HOOK_SECRET =
      value("async-hook-secret", "SECRET", DestinationText::hookSecret)
          .secretUnless(text -> false)
          .onlyIn(Command.SERVE)
          .notOnCommandLine()
          .help(
              TABLE,
              "Secret that signs deliveries to https:// destinations (Standard Webhooks): whsec_"
                  + " and base64, or any text. The command line has none, because other users see"
                  + " it.");

  /** Where accepted events survive the end of Rapid. */
  public static final Option<Path> DATA_DIR =
      inContext("data-dir", "DIR", Conversions::newDirectory)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "Directory in which accepted asynchronous invocations survive the end of Rapid; one"
                  + " Rapid uses it at a time. Default: they are kept in memory.");

  /** The database of the queue. */
  public static final Option<String> QUEUE_URL =
      value("queue-url", "JDBC_URL", Conversions::databaseUrl)
          .pattern("^jdbc:postgresql:.+")
          .secretUnless(text -> !Conversions.hasPassword(text))
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "PostgreSQL database in which several Rapids share asynchronous invocations, for"
                  + " example jdbc:postgresql://db:5432/rapid?user=rapid.");

  /** The password for the database of the queue. */
  public static final Option<String> QUEUE_PASSWORD =
      value("queue-password", "PASSWORD", text -> text)
          .secretUnless(text -> false)
          .onlyIn(Command.SERVE)
          .notOnCommandLine()
          .help(
              TABLE,
              "Password for the database of the queue. The command line has none, because other"
                  + " users see it. Default: as the driver finds it, for example in PGPASSFILE.");

  /** What this node does with asynchronous invocations. */
  public static final Option<List<NodeRole>> ROLES =
      list("roles", "ROLE", text -> Conversions.constant(List.of(NodeRole.values()), text))
          .constants(List.of(NodeRole.values()))
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "What this Rapid does with asynchronous invocations: accept them, run them, or both."
                  + " Others with the same database do the rest. Default: accept,run.");

  /** How much faster the queue's time goes. */
  public static final Option<Integer> TIME_SCALE =
      count("time-scale", 1, QueueSettings.MAX_TIME_SCALE)
          .onlyIn(Command.SERVE)
          .otherwise(Integer.toString(QueueSettings.DEFAULT.timeScale()))
          .help(
              TABLE,
              "By how much waits and ages of asynchronous invocations are divided, for tests: with"
                  + " 60 a minute takes a second.");

  private AsyncOptions() {}
}
