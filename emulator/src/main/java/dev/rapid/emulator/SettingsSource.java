package dev.rapid.emulator;

import dev.rapid.emulator.settings.ProgramSettings;

/** Where settings come from when a client asks for a reload ({@code POST /_rapid/reload}). */
public interface SettingsSource {

  /**
   * Reads the settings again. May block.
   *
   * @throws InvalidSettingsException if they are wrong; each line of the message is one problem
   */
  ProgramSettings read();

  /** Takes note of a reload. */
  void reloaded(Changes changes);

  /** Takes note of a reload that has changed nothing, because of {@code problem}. */
  void refused(String problem);
}
