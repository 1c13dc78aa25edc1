package dev.rapid.cli;

import dev.rapid.cli.config.ApiOptions;
import dev.rapid.cli.config.FileFaults;
import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.reload.FileWatch;
import dev.rapid.cli.reload.IgnoredFiles;
import dev.rapid.cli.reload.Subject;
import dev.rapid.cli.reload.Watched;
import dev.rapid.emulator.Changes;
import dev.rapid.emulator.EmulatedFunction;
import dev.rapid.emulator.InvalidSettingsException;
import dev.rapid.emulator.ListenException;
import dev.rapid.emulator.Rapid;
import dev.rapid.emulator.SettingsSource;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes of files to a running emulator, and a client's request to do so. The log has one
 * line for each reload.
 */
final class Reloading implements SettingsSource, AutoCloseable {

  private static final String SYSTEM_LIMIT = "/proc/sys/fs/inotify/max_user_watches";

  /** As long as changes may go on, and the time that the renewal itself takes. */
  private static final Duration RENEWAL_EXPECTED = FileWatch.LONGEST.plusSeconds(2);

  private final Supplier<Configuration> configuration;
  private final Path directory;
  private final @Nullable IgnoredFiles ignored;

  /** Null before the watch begins, and without one. */
  private volatile @Nullable FileWatch watch;

  /**
   * The settings of a program.
   *
   * @param files the files which they come from, absolute
   */
  record Configuration(ProgramSettings program, List<Path> files) {}

  /**
   * Creates the reload of a program that does not run yet.
   *
   * @param configuration reads the settings again; throws {@link UsageException} if they are wrong
   * @param directory the current directory; the log shows paths in it without it
   * @param ignored the files that are not watched, null to watch none at all
   */
  Reloading(Supplier<Configuration> configuration, Path directory, @Nullable IgnoredFiles ignored) {
    this.configuration = configuration;
    this.directory = directory;
    this.ignored = ignored;
  }

  @Override
  public ProgramSettings read() {
    try {
      return readAgain();
    } catch (UsageException e) {
      throw new InvalidSettingsException(textOf(e), e);
    }
  }

  @Override
  public void reloaded(Changes changes) {
    Log.info("reload on request: " + summary(changes));
  }

  @Override
  public void refused(String problem) {
    refused("reload on request", problem);
  }

  private ProgramSettings readAgain() {
    Configuration next = configuration.get();
    watchFilesOf(next);
    return next.program();
  }

  private void watchFilesOf(Configuration next) {
    FileWatch running = watch;
    if (running != null) {
      running.watch(watched(next));
    }
  }

  // ------------------------------------------------------------------ the watch

  /**
   * Begins to watch the files of {@code present}, if files are watched at all. Returns at once.
   *
   * @param present the settings with which {@code rapid} was started
   */
  void begin(Rapid rapid, Configuration present) {
    if (ignored == null) {
      return;
    }
    try {
      FileWatch started = FileWatch.start(ignored, new Changed(rapid));
      started.watch(watched(present));
      watch = started;
    } catch (IOException e) {
      Log.warn(
          "Cannot watch files: "
              + FileFaults.reason(e)
              + "; POST /_rapid/reload renews the functions");
    }
  }

  private static List<Watched> watched(Configuration configuration) {
    List<Watched> files = new ArrayList<>();
    for (Path each : configuration.files()) {
      // Pipes and devices do not change, and cannot be read twice.
      if (!Files.exists(each) || Files.isRegularFile(each)) {
        files.add(new Watched(each, new Subject.Configuration()));
      }
    }
    for (FunctionSettings function : configuration.program().functions()) {
      if (!function.isAttached()) {
        for (Path each : function.sources()) {
          files.add(new Watched(each.normalize(), new Subject.Code(function.name())));
        }
      }
    }
    return files;
  }

  @Override
  public void close() {
    FileWatch running = watch;
    if (running != null) {
      running.close();
    }
  }

  /** What changes of files do. */
  private final class Changed implements FileWatch.Listener {

    private final Rapid rapid;

    Changed(Rapid rapid) {
      this.rapid = rapid;
    }

    @Override
    public void changing(Subject subject) {
      if (subject instanceof Subject.Code(String function)) {
        try {
          rapid.expectRenewal(function, RENEWAL_EXPECTED);
        } catch (IllegalArgumentException gone) {
          // The function has just been removed.
        }
      }
    }

    /**
     * Callers that wait for an init shall get its answer: if a file changes faster than the
     * function is initialised, they would wait for ever.
     */
    @Override
    public boolean isReadyFor(Set<Subject> subjects) {
      for (Subject each : subjects) {
        if (each instanceof Subject.Code(String function) && awaitsInit(function)) {
          return false;
        }
      }
      return true;
    }

    private boolean awaitsInit(String function) {
      try {
        return rapid.function(function).isAwaitedInInit();
      } catch (IllegalArgumentException gone) {
        return false;
      }
    }

    @Override
    public void changed(Map<Subject, Path> changes) {
      Set<Path> files = Set.copyOf(changes.values());
      Path first = changes.values().iterator().next();
      String what = shown(first) + (files.size() > 1 ? " and more" : "") + " changed";
      try {
        apply(changes, what);
      } catch (IllegalStateException e) {
        Reloading.refused(what, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        Log.log(LogLevel.ERROR, what + ", and a fault in Rapid itself", e);
      }
    }

    private void apply(Map<Subject, Path> changes, String what) {
      Path settings = changes.get(new Subject.Configuration());
      Map<String, String> kept = new LinkedHashMap<>();
      Changes applied = null;
      try {
        // Also if only code has changed: it may be an archive or a layer that is prepared again.
        Configuration read = configuration.get();
        Configuration next = new Configuration(keepingRunnable(read.program(), kept), read.files());
        watchFilesOf(next);
        applied = rapid.apply(next.program());
      } catch (UsageException e) {
        complain(settings, textOf(e));
      } catch (InvalidSettingsException | ListenException e) {
        complain(settings, String.valueOf(e.getMessage()));
      }
      Set<String> renewed = new LinkedHashSet<>(applied == null ? List.of() : applied.renewed());
      for (Subject each : changes.keySet()) {
        if (each instanceof Subject.Code(String function)
            && !renewed.contains(function)
            && !kept.containsKey(function)) {
          try {
            renew(function, renewed, kept);
          } catch (IllegalArgumentException gone) {
            // The settings have it no more.
          }
        }
      }
      kept.forEach((function, reason) ->
          Log.error(what + ", but function '" + function + "' goes on as before: " + reason));
      if (applied != null ? kept.isEmpty() || !applied.isEmpty() : !renewed.isEmpty()) {
        Log.info(
            what
                + ": "
                + summary(
                    new Changes(
                        List.copyOf(renewed),
                        applied == null ? List.of() : applied.added(),
                        applied == null ? List.of() : applied.removed(),
                        applied == null || settings == null ? List.of() : applied.unapplied())));
      }
    }

    private void renew(String function, Set<String> renewed, Map<String, String> kept) {
      Path missing = missingSource(rapid.function(function).settings());
      if (missing == null) {
        rapid.renew(function);
        renewed.add(function);
      } else {
        kept.put(function, "there is no " + shown(missing));
      }
    }

    private static @Nullable Path missingSource(FunctionSettings function) {
      return function.sources().stream().filter(Files::notExists).findFirst().orElse(null);
    }

    /**
     * Returns the settings with the present ones of functions that run and could not any more: a
     * build deletes code before it writes it.
     *
     * @param kept gets these functions, each with the reason
     */
    private ProgramSettings keepingRunnable(ProgramSettings next, Map<String, String> kept) {
      List<FunctionSettings> functions = new ArrayList<>();
      for (FunctionSettings each : next.functions()) {
        FunctionSettings present = presentSettings(each.name());
        String reason = each.listing().notRunnable();
        if (reason == null || present == null || !present.isRunnable()) {
          functions.add(each);
        } else {
          functions.add(present);
          kept.put(each.name(), reason);
        }
      }
      return next.withFunctions(functions);
    }

    private @Nullable FunctionSettings presentSettings(String function) {
      return rapid.functions().stream()
          .map(EmulatedFunction::settings)
          .filter(each -> each.name().equals(function))
          .findFirst()
          .orElse(null);
    }

    /** Settings that are wrong were reported when their file changed. */
    private void complain(@Nullable Path settings, String problem) {
      if (settings != null) {
        Reloading.refused(shown(settings) + " changed", problem);
      }
    }

    @Override
    public void limited(List<Path> folders) {
      String limit = systemLimit();
      Log.warn(
          "the system watches no more folders"
              + (limit == null ? "" : " than " + limit + " (fs.inotify.max_user_watches)")
              + ": changes below "
              + shown(folders.getFirst())
              + (folders.size() > 1 ? " and " + (folders.size() - 1) + " more" : "")
              + " are not noticed; raise the limit, or leave folders out with "
              + ApiOptions.WATCH_IGNORE.flag());
    }
  }

  private static @Nullable String systemLimit() {
    try {
      return Files.readString(Path.of(SYSTEM_LIMIT)).strip();
    } catch (IOException notLinux) {
      return null;
    }
  }

  // ------------------------------------------------------------------ messages

  private static void refused(String what, String problem) {
    Log.error(what + ", but all functions go on as before: " + problem);
  }

  private static String textOf(UsageException e) {
    return e.suggestion() == null ? e.text() : e.text() + ". " + e.suggestion();
  }

  private static String summary(Changes changes) {
    List<String> parts = new ArrayList<>();
    add(parts, "renewed ", changes.renewed());
    add(parts, "new: ", changes.added());
    add(parts, "removed ", changes.removed());
    add(parts, "only with a new start: ", changes.unapplied());
    return parts.isEmpty() ? "all functions stay as they are" : String.join("; ", parts);
  }

  private static void add(List<String> parts, String label, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(label + String.join(", ", names));
    }
  }

  private String shown(Path path) {
    return path.startsWith(directory) && !path.equals(directory)
        ? directory.relativize(path).toString()
        : path.toString();
  }
}
