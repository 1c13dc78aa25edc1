package dev.rapid.emulator;

import dev.rapid.status.Reloader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Renews all functions of a Rapid, with settings that are read again, or one of them. */
final class Reload implements Reloader {

  private final Rapid rapid;
  private final @Nullable SettingsSource source;

  /**
   * Creates the reload of a Rapid.
   *
   * @param source has the settings; null if they stay
   */
  Reload(Rapid rapid, @Nullable SettingsSource source) {
    this.rapid = rapid;
    this.source = source;
  }

  @Override
  public Result reload(@Nullable String function) {
    if (function != null
        && rapid.functions().stream().noneMatch(each -> each.settings().name().equals(function))) {
      return new UnknownFunction("There is no function '" + function + "'");
    }
    Changes changes;
    try {
      changes = function == null ? reloadAll() : renewOne(function);
    } catch (InvalidSettingsException | ListenException | IllegalStateException e) {
      String problem = String.valueOf(e.getMessage());
      if (source != null) {
        source.refused(problem);
      }
      return new Refused(problem.lines().toList());
    }
    if (source != null) {
      source.reloaded(changes);
    }
    return new Reloaded(changes.renewed(), changes.added(), changes.removed(), changes.unapplied());
  }

  private Changes renewOne(String function) {
    rapid.renew(function);
    return new Changes(List.of(function), List.of(), List.of(), List.of());
  }

  /** The code may have changed, also of functions whose settings have not. */
  private Changes reloadAll() throws ListenException {
    Changes changes =
        source == null
            ? new Changes(List.of(), List.of(), List.of(), List.of())
            : rapid.apply(source.read());
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
    return new Changes(renewed, changes.added(), changes.removed(), changes.unapplied());
  }
}
