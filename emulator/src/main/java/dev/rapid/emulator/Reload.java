package dev.rapid.emulator;

import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.status.Reloader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Renews all functions of a Rapid, with settings that are read again, or one of them. */
public final class Reload implements Reloader {

  private final Rapid rapid;
  private final @Nullable Supplier<ProgramSettings> settings;

  /**
   * Creates the reload of a Rapid.
   *
   * @param settings reads the settings again; null if they stay. What it throws, {@link #reload}
   *     throws
   */
  public Reload(Rapid rapid, @Nullable Supplier<ProgramSettings> settings) {
    this.rapid = rapid;
    this.settings = settings;
  }

  @Override
  public Result reload(@Nullable String function) {
    try {
      return function == null ? reloadAll() : renewOne(function);
    } catch (InvalidSettingsException | ListenException | IllegalStateException e) {
      return new Refused(List.of(String.valueOf(e.getMessage())), null);
    }
  }

  private Result renewOne(String function) {
    try {
      rapid.renew(function);
    } catch (IllegalArgumentException e) {
      return new UnknownFunction(String.valueOf(e.getMessage()));
    }
    return new Reloaded(List.of(function), List.of(), List.of(), List.of());
  }

  /** The code may have changed, also of functions whose settings have not. */
  private Result reloadAll() throws ListenException {
    Changes changes =
        settings == null
            ? new Changes(List.of(), List.of(), List.of(), List.of())
            : rapid.apply(settings.get());
    List<String> renewed = new ArrayList<>();
    for (EmulatedFunction each : rapid.functions()) {
      String name = each.settings().name();
      if (!changes.added().contains(name)) {
        if (!changes.renewed().contains(name)) {
          rapid.renew(name);
        }
        renewed.add(name);
      }
    }
    return new Reloaded(renewed, changes.added(), changes.removed(), changes.unapplied());
  }
}
