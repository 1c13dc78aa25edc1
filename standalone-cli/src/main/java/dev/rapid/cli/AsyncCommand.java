package dev.rapid.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.QueueOptions;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.Similar;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.queue.store.EntryState;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code rapid async}: shows and changes the queue of a running Rapid. */
final class AsyncCommand {

  private static final List<String> ACTIONS = List.of("list", "show", "retry", "purge");
  private static final int PAGE = 1_000;

  private final Settings settings;
  private final Shell shell;
  private final RemoteQueue queue;

  AsyncCommand(Settings settings, Shell shell) {
    this.settings = settings;
    this.shell = shell;
    URI url = settings.find(Options.URL);
    this.queue =
        new RemoteQueue(url == null ? URI.create("http://" + Listeners.DEFAULT_CALLERS) : url);
  }

  /**
   * Does what the command line asks for.
   *
   * @param operands the action and ids
   * @throws UsageException if they are wrong, or the Rapid refuses the request
   * @throws UnavailableException if there is no answer, or the queue cannot be reached
   */
  ExitCode run(List<String> operands) throws UnavailableException {
    if (operands.isEmpty()) {
      throw new UsageException("There is no action", "Name one: list, show, retry or purge.");
    }
    String action = operands.getFirst();
    List<String> ids = operands.subList(1, operands.size());
    switch (action) {
      case "list" -> list(ids);
      case "show" -> show(ids);
      case "retry" -> act("POST", "/retry", "retried", ids);
      case "purge" -> act("DELETE", "", "purged", ids);
      default -> {
        String similar = Similar.to(action, ACTIONS);
        throw new UsageException(
            "There is no action '" + action + "'",
            similar == null
                ? "Name one: list, show, retry or purge."
                : "Did you mean 'rapid async " + similar + "'?");
      }
    }
    return ExitCode.SUCCESS;
  }

  // ------------------------------------------------------------------ reading

  private void list(List<String> ids) throws UnavailableException {
    if (!ids.isEmpty()) {
      throw new UsageException(
          "'list' takes no id", "'rapid async show " + ids.getFirst() + "' shows one entry.");
    }
    List<JsonNode> entries = new ArrayList<>();
    JsonNode counts = null;
    Map<String, String> parameters = choice();
    int left = settings.get(QueueOptions.LIMIT);
    while (left > 0) {
      parameters.put("limit", Integer.toString(Math.min(left, PAGE)));
      JsonNode page = queue.send("GET", "", parameters);
      page.path("entries").forEach(entries::add);
      left -= page.path("entries").size();
      counts = counts == null ? page.path("counts") : counts;
      String next = page.path("next").textValue();
      if (next == null) {
        break;
      }
      parameters.put("after", next);
    }
    if (settings.get(QueueOptions.JSON)) {
      entries.forEach(entry -> shell.print(entry + "\n"));
    } else {
      shell.print(QueueText.table(entries) + (counts == null ? "" : QueueText.counts(counts)));
    }
  }

  private void show(List<String> ids) throws UnavailableException {
    if (ids.isEmpty()) {
      throw new UsageException("There is no id", "'rapid async list' shows the ids.");
    }
    for (String id : ids) {
      Map<String, String> parameters =
          settings.get(QueueOptions.PAYLOAD) ? Map.of("payload", "true") : Map.of();
      JsonNode entry = queue.send("GET", "/" + id, parameters);
      shell.print(settings.get(QueueOptions.JSON) ? entry + "\n" : QueueText.entry(entry));
    }
  }

  // ------------------------------------------------------------------ acting

  private void act(String method, String path, String done, List<String> ids)
      throws UnavailableException {
    Map<String, String> choice = choice();
    if (settings.get(QueueOptions.ALL)) {
      choice.put("all", "true");
    }
    if (ids.isEmpty() && choice.isEmpty()) {
      throw new UsageException(
          "Nothing is chosen",
          "Name ids, choose with --function-name, --state or --request-id, or say --all.");
    }
    long count = 0;
    if (ids.isEmpty()) {
      count = queue.send(method, path, choice).path(done).asLong();
    }
    for (String id : ids) {
      choice.put("id", id);
      count += queue.send(method, path, choice).path(done).asLong();
    }
    shell.print(done + " " + count + "\n");
  }

  private Map<String, String> choice() {
    Map<String, String> parameters = new LinkedHashMap<>();
    put(parameters, "function", settings.chosenFunctionName());
    put(parameters, "request-id", settings.find(QueueOptions.REQUEST_ID));
    EntryState state = settings.find(QueueOptions.STATE);
    put(parameters, "state", state == null ? null : state.name().toLowerCase(Locale.ROOT));
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
