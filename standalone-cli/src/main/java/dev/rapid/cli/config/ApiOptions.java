package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.list;
import static dev.rapid.cli.config.OptionBuilder.named;
import static dev.rapid.cli.config.OptionBuilder.structure;
import static dev.rapid.cli.config.OptionBuilder.toggle;
import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The table of the options of HTTP APIs, and of what happens while files change. */
public final class ApiOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  /** Where the HTTP APIs are. */
  public static final Option<HostPort> API_ADDRESS =
      value("api-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .onlyIn(Command.SERVE, Command.CONFIG)
          .otherwise(Listeners.DEFAULT_API.toString())
          .help(TABLE, "Address of the HTTP APIs; port 0 picks a free one.");

  /** The routes of the only HTTP API. */
  public static final Option<Map<String, String>> ROUTES =
      named("routes", "ROUTE=FUNCTION", text -> text)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "Route of an HTTP API, for example 'GET /hello/{id}=hello'; may be given several"
                  + " times. The function may have a qualifier, NAME:ALIAS.");

  /** The HTTP APIs. */
  public static final Option<Value> APIS =
      structure("apis").help(TABLE, "HTTP APIs: a name and the settings and routes of each.");

  /** Whether a change of files renews functions. */
  public static final Option<Boolean> WATCH =
      toggle("watch")
          .negatable()
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "Watch the code of the functions and the file or template that describes them, and"
                  + " renew what changes. Default: with a file or template on a terminal.");

  /** The files whose changes do not matter. */
  public static final Option<List<String>> WATCH_IGNORE =
      list("watch-ignore", "PATTERN", text -> text)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "Files whose changes do not matter, besides the usual ones, for example *.log; may be"
                  + " given several times.");

  private ApiOptions() {}
}
